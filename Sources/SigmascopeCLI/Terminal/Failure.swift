import Adapters
import ArgumentParser
import Checkpoints
import Experiments
import Foundation
import LinearAlgebra
import Reports
import Spectra
import Training
import Updates

/// How the program ends when it cannot do what it was asked: one line that says what is wrong, where,
/// and what to do, and an exit code of sysexits(3).
struct Failure {
  /// A condition of `--fail-on` holds.
  static let conditionHolds = ExitCode(1)
  /// The input is not what it should be.
  static let badInput = ExitCode(65)
  /// A file could not be written or read.
  static let inputOutput = ExitCode(74)
  /// Stopped from the keyboard, as shells report it.
  static let interrupted = ExitCode(130)

  private let error: any Error

  init(_ error: any Error) { self.error = error }

  func exit() -> Never {
    switch error {
    case is CancellationError:
      Terminal.say("stopped; --resume continues where it was")
      Foundation.exit(Self.interrupted.rawValue)
    case is CheckpointError, is ExperimentError, is UpdateError, is AdapterError,
      is SpectraError, is LinearAlgebraError, is TaskError, is SettingsError,
      is TokenizerError, is ConfigurationError, is ComparisonError:
      Terminal.say("error: \(error)")
      Foundation.exit(Self.badInput.rawValue)
    case let error as TrainingError:
      Terminal.say("error: \(error)")
      Foundation.exit((error.isRefusalToWrite ? Self.inputOutput : Self.badInput).rawValue)
    case let error as StudyError:
      Terminal.say("error: \(error)")
      Foundation.exit((error.isRefusalToWrite ? Self.inputOutput : Self.badInput).rawValue)
    case is OutputError, is EmbeddedFileError:
      Terminal.say("error: \(error)")
      Foundation.exit(Self.inputOutput.rawValue)
    case let error as CocoaError:
      Terminal.say("error: \(error.localizedDescription)")
      Foundation.exit(Self.inputOutput.rawValue)
    default:
      Sigmascope.exit(withError: error)
    }
  }
}
