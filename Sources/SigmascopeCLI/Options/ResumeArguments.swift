import ArgumentParser

/// Whether unfinished work goes on, and with whose results.
struct ResumeArguments: ParsableArguments {
  @Flag(help: "Continue the work that was stopped, or put the work of shards together.")
  var resume = false

  @Flag(
    help: """
      With --resume: also take what processors with another BLAS kernel computed. The last digits then depend on who \
      computed what.
      """)
  var mixKernels = false

  func validate() throws {
    if mixKernels, !resume {
      throw ValidationError("--mix-kernels says what is resumed: give it with --resume.")
    }
  }
}
