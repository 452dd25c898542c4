import ArgumentParser
import Experiments

/// The options that choose the base of checkpoints.
struct BaseArguments: ParsableArguments {
  @Option(
    help: """
      The base model: a folder, a file, or a name in the local Hugging Face cache; by default the one \
      that the run names.
      """,
    completion: .file())
  var base: String?

  @Flag(help: "Use no base: only the updates' own numbers, such as rank, spectrum and norm.")
  var noBase = false

  func validate() throws {
    if base == "none" {
      throw ValidationError("'--base none' is --no-base here; a folder of that name is './none'.")
    }
    if noBase, base != nil { throw ValidationError("--base and --no-base exclude each other.") }
  }

  /// The options on a command line.
  var arguments: [String] { noBase ? ["--no-base"] : base.map { ["--base", $0] } ?? [] }

  /// - Throws: What unpacking a base that is inside the program throws.
  func choice() throws -> BaseChoice {
    if noBase { return .none }
    return try base.map { .given(try EmbeddedBase.resolve($0)) } ?? .named
  }
}
