import ArgumentParser

/// Whether unfinished work goes on, and with whose results.
struct ResumeArguments: ParsableArguments {
  @Flag(help: "Continue what was stopped; of shards, put the work together.")
  var resume = false

  @Flag(
    help: """
      With --resume: also take what processors with other kernels computed. The last digits then depend on who \
      computed what, and training magnifies them.
      """)
  var mixKernels = false

  func validate() throws {
    if mixKernels, !resume {
      throw ValidationError("--mix-kernels says what is resumed: give it with --resume.")
    }
  }
}
