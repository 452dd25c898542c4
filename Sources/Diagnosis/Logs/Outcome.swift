public import Checkpoints

/// The curve that says how a run went, and how it went. What it is depends on the kind of training.
public struct Outcome: Codable, Equatable, Sendable {
  /// What the curve holds: `reward`, `evaluation_loss`, ….
  public var quantity: LoggedQuantity
  /// The column that the trainer wrote it to.
  public var column: String
  /// Whether more is better; less is, of a loss.
  public var shouldRise: Bool
  /// The average of the first points, as many as lie within noise of each other, a window at most. Each step changes the
  /// policy that the next point tells of.
  public var start: Double
  /// The average of the last window of points.
  public var end: Double
  /// The best average, or the start if that was better, and the step at which it was reached.
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

  /// The outcome by examinations on held-out problems before, during and after training; nil if one at either end is missing.
  package init?(examinationsOf run: RunAnalysis) {
    guard run.settings.kind == .reinforcement, let curve = run.curves[TrainingLog.examination],
      let first = curve.first, let last = curve.last, first.step == 0, last.step > 0,
      run.curves.values.allSatisfy({ $0.last?.step ?? 0 <= last.step }),
      let best = curve.max(by: { $0.value < $1.value })
    else { return nil }
    quantity = .accuracy
    column = TrainingLog.examination
    shouldRise = true
    start = first.value
    end = last.value
    self.best = best.value
    bestStep = best.step
    lastStep = last.step
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
    start = SmoothedCurve.start(of: curve.points)
    end = averages[averages.endIndex - 1].value
    let isBestAtStart = sign * start > sign * averages[top].value
    best = isBestAtStart ? start : averages[top].value
    bestStep = isBestAtStart ? curve.points[0].step : averages[top].step
    lastStep = averages[averages.endIndex - 1].step
  }
}

extension Outcome {
  /// How much better the end is than the start.
  var gain: Double { shouldRise ? end - start : start - end }

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
