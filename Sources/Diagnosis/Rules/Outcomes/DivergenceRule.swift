import Checkpoints

/// A loss that ends above where it began.
public enum DivergenceRule: HealthRule {
  public static let name = "divergence"
  public static let summary = "the loss ends well above its start"

  /// How far above its start a loss must end, as a share of it, and in standard errors by the noise of its points.
  static let share = 0.1, certainty = 4.0
  /// As a share of the first point, which stands alone: a run that leaps at once has no other start.
  static let shareOfFirst = 1.0

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
    guard curve.points.count >= CurveCourse.fewest, let first = curve.points.first else {
      return .tooShort(curve.column)
    }
    let smoothed = SmoothedCurve(curve.points)
    guard let average = smoothed.whole.first?.value, let end = smoothed.whole.last?.value else {
      return .clear
    }
    let starts = [
      (average, share, smoothed.error(ofMeansOver: smoothed.window, and: smoothed.window)),
      (first.value, shareOfFirst, SmoothedCurve.errorOfFirst(of: curve.points)),
    ]
    let begun = starts.lazy.map { start, share, error in
      (start: start, bound: start + max(share * abs(start), certainty * error))
    }
    guard let (start, bound) = begun.first(where: { end > $0.bound }) else { return .clear }
    let step = curve.points.first { $0.value > bound }?.step ?? first.step
    let shown = run.outcome.flatMap { $0.column == curve.column ? $0.start : nil } ?? start
    return .found(
      Symptom(
        rule: name, status: .diverged, step: step, columns: [curve.column],
        evidence:
          "The loss ('\(curve.column)') went from \(Words.number(shown)) to \(Words.number(end)); it was above "
          + "\(Words.number(bound)) first at step \(step).",
        cause: "The rate is too high for this start, or the gradient is not clipped"
          + (run.sizeBefore(step).map { ": \($0)." } ?? "."),
        advice:
          "\(run.checkpoint(upTo: curve.soundStep(before: step))), and train at \(run.lowerRate), with "
          + "warm-up."))
  }
}
