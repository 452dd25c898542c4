import Checkpoints

/// A loss that ends above where it began.
public enum DivergenceRule: HealthRule {
  public static let name = "divergence"
  public static let summary = "the loss ends well above its start"

  /// How far above its start a loss must end, as a share of it, and in standard errors by the noise of its points.
  static let share = 0.1, certainty = 4.0

  public static func examine(_ run: ExaminedRun) -> Examination {
    switch run.settings.kind {
    // Its loss is a mean of advantages: its size says nothing.
    case .reinforcement: return .notMeant
    case .unknown where run.log.curve(of: .reward) != nil: return .notMeant
    default: break
    }
    guard let curve = run.log.curve(of: .loss) ?? run.log.curve(of: .evaluationLoss) else {
      return .notLogged(.loss)
    }
    guard curve.points.count > 3 else { return .skipped("too few points of '\(curve.column)'") }
    let smoothed = SmoothedCurve(curve.points)
    guard let start = smoothed.whole.first?.value, let end = smoothed.whole.last?.value,
      let best = smoothed.whole.min(by: { $0.value < $1.value })
    else { return .clear }
    let margin = max(
      share * abs(start),
      certainty * smoothed.error(ofMeansOver: smoothed.window, and: smoothed.window))
    guard end - start > margin else { return .clear }
    let step = smoothed.whole.first { $0.value - start > margin }?.step
    return .found(
      Symptom(
        rule: name, status: .diverged, step: step, columns: [curve.column],
        evidence:
          "The loss ('\(curve.column)') went from \(Words.number(start)) to \(Words.number(end)); its best "
          + "average was \(Words.number(best.value)), at step \(best.step).",
        cause: "The rate is too high for this start, or the gradient is not clipped.",
        advice:
          "Take the checkpoint of step \(best.step) or before, and train at a third of the rate"
          + (run.settings.learningRate.map { " (\(Words.roundRate($0 / 3)))" } ?? "")
          + ", with warm-up."))
  }
}
