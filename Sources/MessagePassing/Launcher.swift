/// What the program that started this process says of its fellows.
package enum Launcher {
  /// How many processes it started together; nil if it does not say.
  ///
  /// A launcher of another MPI library starts n processes of which each believes that it is alone. Each would then do all
  /// the work.
  package static func processCount(environment: [String: String]) -> Int? {
    ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"]
      .compactMap { environment[$0].flatMap { Int($0) } }.max()
  }
}
