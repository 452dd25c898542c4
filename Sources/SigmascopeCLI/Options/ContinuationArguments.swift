import ArgumentParser
import Checkpoints
import Documents
import LinearAlgebra

/// Whether a command that writes a model or an adapter takes what a stopped one has finished.
struct ContinuationArguments: ParsableArguments {
  @Flag(
    help: """
      Continue what was stopped: parts that are finished, of the same files and options, are taken after a check of their \
      bytes. The result has the bytes of a run that was never stopped.
      """)
  var resume = false

  /// The place of the work.
  /// - Parameters:
  ///   - out: The folder of the result.
  ///   - settings: All that the result depends on beside the program.
  /// - Throws: `OutputError`.
  func work(for out: String, _ settings: [String?]) throws(OutputError) -> PartialWork {
    let hash = ContentHasher()
    for text in [Sigmascope.version, LinearAlgebraLibrary.current.core] + settings {
      hash.update(text: text ?? "")
    }
    let work = try PartialWork(for: out, fingerprint: hash.digest(), resuming: resume)
    switch work.discarded {
    case .unwanted:
      Terminal.say("note: starting over; --resume would continue the unfinished work")
    case .foreign:
      Terminal.say(
        "note: starting over: what is unfinished there is of other files or options, another version, or another BLAS "
          + "kernel")
    case nil: break
    }
    return work
  }

  /// Does work and gives its files their final name. If it fails, what is kept is said.
  func publishing<Result>(
    _ work: PartialWork, _ body: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await work.publishing(body)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      if work.holdsParts {
        Terminal.say(
          "note: what is finished is kept in '\(work.folder)'; with --resume it is taken")
      }
      throw error
    }
  }
}
