import Diagnosis
import Documents

/// Why a run does not say which rate its start bears.
package enum AdviceError: BadInput, Equatable {
  case noRun(path: String)
  case severalRuns(path: String, names: [String])
  case nothingLogged(run: String)
  /// The divergence was logged, but of none of the first steps.
  case noEarlySteps(run: String, last: Int)
  case noBase(run: String)
  case oneCheckpoint(run: String)
  case noTokens(file: String)
  case foreignTensors(checkpoint: String)
  case noMove(run: String)
  /// The first move of the policy, in nats per token, was too long to say what its start bears.
  case outOfReach(run: String, divergence: Double)
}

extension AdviceError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noRun(let path):
      "there is no run in '\(path)': give the folder that holds its checkpoints"
    case .severalRuns(let path, let names):
      "'\(path)' holds \(names.count) runs (\(names.prefix(3).joined(separator: ", "))"
        + (names.count > 3 ? ", …" : "") + "): give the folder of one"
    case .nothingLogged(let run):
      "run '\(run)' logged no divergence of a step: give --texts with prompts and answers, and checkpoints of its "
        + "first steps"
    case .noEarlySteps(let run, let last):
      "run '\(run)' logged the divergence of no step from 2 to \(last): log every step (logging_steps=1), or give --texts"
    case .noBase(let run): "run '\(run)' names no base: give it with --base"
    case .oneCheckpoint(let run):
      "run '\(run)' has fewer than two checkpoints with a step: save one a step for the first steps (save_steps=1)"
    case .noTokens(let file): "'\(file)' has no answer of a token"
    case .foreignTensors(let checkpoint):
      "'\(checkpoint)' changes tensors that the decoder does not have: judge the run by its log, without --texts"
    case .outOfReach(let run, let divergence):
      "the first logged step of run '\(run)' moved the policy by \(Words.number(divergence)) nats per token, too far to say "
        + "what its start bears: make a probe of a few steps at a hundredth of its rate"
    case .noMove(let run):
      "the policy of run '\(run)' did not move between its first checkpoints, or their rates are not known: log the "
        + "learning rate of each step (logging_steps=1)"
    }
  }
}
