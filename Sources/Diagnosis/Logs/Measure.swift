public import Checkpoints

/// What runs are judged and compared by.
public struct Measure: Codable, Hashable, Sendable {
  public var kind: TrainingKind
  /// The logged quantity; nil where nothing was logged that tells how a run went.
  public var quantity: LoggedQuantity?

  public init(kind: TrainingKind, quantity: LoggedQuantity?) {
    self.kind = kind
    self.quantity = quantity
  }

  /// The accuracy on held-out problems, by which the runs of a study are judged.
  public static let examination = Measure(kind: .reinforcement, quantity: .accuracy)

  /// Whether more is better.
  public var shouldRise: Bool { !(quantity?.isLoss ?? false) }

  /// Between what its values lie; nil if that is not known.
  public var range: ClosedRange<Double>? {
    if quantity == .accuracy { return 0...1 }
    // A loss of rewards is a mean of advantages.
    return quantity?.isLoss == true && kind != .reinforcement ? 0...Double.infinity : nil
  }

  /// The axis of a share; nil for values that may be larger.
  package var shareRange: ClosedRange<Double>? { range == 0...1 ? range : nil }

  /// What it is called: `evaluation loss`; `size of the update` without a quantity.
  public var name: String { quantity?.title ?? "size of the update" }

  /// What a group of runs is called that is judged by it.
  public var title: String {
    let training =
      switch kind {
      case .supervised: "Supervised training"
      case .preference: "Preference training"
      case .rewardModel: "Reward models"
      case .reinforcement: "Reinforcement learning"
      case .unknown: "Runs without a log"
      }
    return quantity == nil
      ? "\(training), by their weights"
      : "\(training), judged by \(name)\(shouldRise ? "" : " (less is better)")"
  }
}

extension LoggedQuantity {
  /// What it is called in a sentence.
  package var title: String {
    switch self {
    case .evaluationLoss: "evaluation loss"
    case .rewardMargin: "reward margin"
    default: rawValue
    }
  }
}
