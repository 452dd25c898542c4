import ArgumentParser
public import Documents
import Foundation
public import LinearAlgebra
public import Spectra

#if MPI
  public import MessagePassing
#endif

/// How the program ends when it cannot do what it was asked: one line that says what is wrong, where,
/// and what to do, and an exit code of sysexits(3).
struct Failure {
  /// The answer is no: a condition of `--fail-on` holds, or `check`, `doctor` or `reproduce --verify` found a fault.
  static let negativeAnswer = ExitCode(1)
  /// The command line names what there is not.
  static let usage = ExitCode(64)
  /// The input is not what it should be.
  static let badInput = ExitCode(65)
  /// An error that was not foreseen.
  static let ownFault = ExitCode(70)
  /// A file could not be written.
  static let inputOutput = ExitCode(74)
  /// Stopped from the keyboard, as shells report it.
  static let interrupted = ExitCode(130)

  private let error: any Error
  private let leave: (Int32) -> Never

  /// - Parameters:
  ///   - error: What went wrong.
  ///   - leave: Ends the process, and what else has to end with it.
  init(_ error: any Error, leaving leave: @escaping (Int32) -> Never = { Foundation.exit($0) }) {
    self.error = error
    self.leave = leave
  }

  func exit() -> Never {
    switch error {
    case let error as any BadInput:
      end("error: \(error)", error.isUnknownName ? Self.usage : Self.badInput)
    case is OutputError: end("error: \(error)", Self.inputOutput)
    case is ExitCode: Sigmascope.exit(withError: error)
    case let error as ValidationError: endUsage(error.message)
    default:
      // ArgumentParser gives its own errors other exit codes than `failure`, and help comes as an error of success.
      let code = Sigmascope.exitCode(for: error)
      if code == .success { printHelp() }
      guard code == .failure else { Sigmascope.exit(withError: error) }
      end("error: this is a fault of the program, please report it: \(error)", Self.ownFault)
    }
  }

  /// Ends for a command line that was found wrong outside of the parser, in the parser's words: with the usage of the
  /// command that was given, which the parser knows only of its own errors.
  private func endUsage(_ message: String) -> Never {
    let command = Sigmascope.subcommand(named: CommandLine.arguments.dropFirst().first)
    let type: any ParsableCommand.Type = command ?? Sigmascope.self
    let name = (["sigmascope"] + [command?.configuration.commandName].compactMap(\.self))
      .joined(separator: " ")
    Terminal.say("Error: \(message)")
    Terminal.say("Usage: \(Sigmascope.usageString(for: type))")
    end(
      "  See '\(name) --help' for more information.",
      Sigmascope.exitCode(for: ValidationError(message)))
  }

  private func printHelp() -> Never {
    print(Sigmascope.fullMessage(for: error))
    do {
      try Terminal.finishResults()
    } catch {
      Failure(error).exit()
    }
    Foundation.exit(0)
  }

  private func end(_ line: String, _ code: ExitCode) -> Never {
    Terminal.say(line)
    leave(code.rawValue)
  }
}

// LinearAlgebra and Spectra do not import Documents, so their errors are marked as bad input here: a matrix
// that is not finite, or whose shape differs from its base's, was read from a file.
extension LinearAlgebraError: BadInput {}
extension SpectraError: BadInput {}

#if MPI
  // The cluster's message passing is no more this program's than its files are.
  extension MPIError: BadInput {}
#endif

/// A command whose base is its first argument: it has no `--base`, which errors advise else (`BaseAdvice`).
protocol TakesBaseAsArgument: ParsableCommand {
  var base: String { get }
}

extension CheckCommand: TakesBaseAsArgument {}
extension MergeCommand: TakesBaseAsArgument {}
extension ExtractCommand: TakesBaseAsArgument {}
