import Checkpoints

/// A loss that jumps far above its level and comes back.
public enum LossSpikesRule: HealthRule {
  public static let name = "loss-spikes"
  public static let summary = "the loss jumps far above its level again and again"

  /// How high above the median before it, as a multiple, and how many make a fault.
  static let factor = 1.5, most = 2

  public static func examine(_ run: ExaminedRun) -> Examination {
    // A mean of advantages is near zero: its jumps mean nothing.
    guard !run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .loss) else { return .notLogged(.loss) }
    guard curve.points.count > CurveSpikes.fewest else { return .tooShort(curve.column) }
    let spikes = CurveSpikes(in: curve.points, factor: factor)
    guard let first = spikes.steps.first else { return .clear }
    let count = spikes.steps.count
    return .found(
      Symptom(
        rule: name, status: count > most ? .suspicious : .healthy, step: first,
        columns: [curve.column],
        evidence:
          "The loss ('\(curve.column)') jumped \(count == 1 ? "once" : "\(count) times"), at step "
          + spikes.steps.prefix(3).map(String.init).joined(separator: ", ")
          + (count > 3 ? ", …" : "")
          + ", up to \(Words.number(spikes.height)) times its level.",
        cause: "A batch was far from the others, or the rate is near the limit.",
        advice:
          "Look at the data of these steps. Clip the gradient at 1, warm up for longer, or train at "
          + "\(run.lowerRate)."))
  }
}
