public import Checkpoints

/// The curve that says how a run went, and how it went. What it is depends on the kind of training.
public struct Outcome: Codable, Equatable, Sendable {
  /// What the curve holds: `reward`, `evaluationLoss`, ….
  public var quantity: LoggedQuantity
  /// The column that the trainer wrote it to.
  public var column: String
  /// Whether more is better; less is, of a loss.
  public var shouldRise: Bool
  /// The average of the first window of points; of a run that fell within it, the first point.
  public var start: Double
  /// The average of the last window of points.
  public var end: Double
  /// The best average, and the step at which it was reached.
  public var best: Double
  public var bestStep: Int
  /// The last step of the curve.
  public var lastStep: Int

  /// The outcome of a run; nil if nothing was logged that tells.
  public init?(of log: TrainingLog, kind: TrainingKind) {
    for quantity in kind.outcomes {
      guard let curve = log.curve(of: quantity) else { continue }
      self.init(of: curve, quantity: quantity)
      return
    }
    return nil
  }

  private init(of curve: LoggedCurve, quantity: LoggedQuantity) {
    self.quantity = quantity
    column = curve.column
    shouldRise = !quantity.isLoss
    let sign = quantity.isLoss ? -1.0 : 1
    let averages = SmoothedCurve(curve.points).whole
    var top = averages.startIndex
    for place in averages.indices where sign * averages[place].value > sign * averages[top].value {
      top = place
    }
    let first = averages[averages.startIndex].value
    start = Self.startBeforeFall(curve.points, average: first, shouldRise: shouldRise) ?? first
    end = averages[averages.endIndex - 1].value
    best = averages[top].value
    bestStep = averages[top].step
    lastStep = averages[averages.endIndex - 1].step
  }

  /// The first point of a curve that fell within its first average: to less than half, or of a loss to more than twice, and
  /// by more than noise. Nil for all other curves.
  private static func startBeforeFall(
    _ points: [CurvePoint], average: Double, shouldRise: Bool
  ) -> Double? {
    guard points.count > 3, let first = points.first?.value else { return nil }
    let fall = shouldRise ? first - average : average - first
    let error = SmoothedCurve.errorOfFirst(of: points)
    let half = shouldRise ? average - points.floor : abs(first)
    return fall > max(half, CurveCourse.certainty * error) ? first : nil
  }
}

extension Outcome {
  /// The curve of a run that holds it: rewards have one name, whatever the trainer calls them.
  package var curveName: String { quantity == .reward ? TrainingLog.reward : column }
}

extension TrainingKind {
  /// The quantities that say how such a run went; the first that was logged counts.
  package var outcomes: [LoggedQuantity] {
    switch self {
    case .supervised: [.evaluationLoss, .loss]
    case .preference: [.rewardMargin, .accuracy, .loss]
    case .rewardModel: [.accuracy, .rewardMargin, .loss]
    case .reinforcement: [.reward]
    case .unknown: []
    }
  }
}

extension LoggedQuantity {
  /// Whether less is better.
  package var isLoss: Bool { self == .loss || self == .evaluationLoss }
}
