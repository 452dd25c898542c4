import ArgumentParser
import LinearAlgebra

/// How many weights a command works on at once.
struct JobsArguments: ParsableArguments {
  @Option(help: "How many weights are worked on at once. (default: the processors)")
  var jobs: Int?

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
  }

  /// The given number, or that of the processors.
  var count: Int { jobs ?? ThreadCount.processors }
}
