/// What can be wrong with a training run.
public enum TrainingError: Error, Equatable {
  /// No module of the decoder has this name.
  case noTargets(pattern: String, available: [String])
  /// The loss or a gradient is not a number any more.
  case notFinite(step: Int, what: String)
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noTargets(let pattern, let available):
      "no module is called '\(pattern)': give some of \(available.joined(separator: ", "))"
    case .notFinite(let step, let what):
      "\(what) is not finite at step \(step): the last checkpoint is good; lower the learning rate"
    }
  }
}
