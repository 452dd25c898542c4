import Checkpoints

/// A rate that the first steps of a run show to be too high, before the run dies of it.
///
/// A start dies at the rate at which a step moves the policy too far. The second to fifth step tell how far it is from there.
///
/// **Source:** ours; docs/advice.md, docs/studies/step-law.md.
public enum FirstStepsRule: HealthRule {
  public static let name = "first-steps"
  public static let summary = "the first steps move the policy as far as those of runs that died"

  /// Nats for each token. Between the bound of the law and this most runs die (a remark); above, none of the study's that
  /// did lived (a fault).
  private static let certain = 0.1

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .stepDivergence) else { return .notLogged(.stepDivergence) }
    guard let move = earlyMove(of: run) else { return .tooShort(curve.column) }
    guard move.excess > 1 else { return .clear }
    return .found(
      Symptom(
        rule: name, status: move.divergence > certain ? .suspicious : .healthy, step: 5,
        columns: [curve.column],
        evidence: (move.isBeyondReach ? "A step among 2 to 5" : "Steps 2 to 5")
          + " moved the policy by \(Words.number(move.shown)) nats for each token ('\(curve.column)'); runs die near \(Words.number(StepLaw.deadlyDivergence)).",
        cause: "The rate"
          + (run.settings.learningRate.map { " of \(Words.rate($0))" } ?? "")
          + " is \(move.standing).",
        advice:
          "Train at \(run.lowerRate): runs learn best at a quarter of what they bear, or less."
      ))
  }

  /// How far steps 2 to 5 moved the policy, with the first if that went out of the law's reach; nil if fewer than three were
  /// logged.
  static func earlyMove(of run: ExaminedRun) -> EarlyMove? {
    guard run.isReinforcement else { return nil }
    let points = run.log.curve(of: .stepDivergence)?.points ?? []
    let early = points.filter {
      (2...5).contains($0.step) || $0.step == 1 && $0.value > StepLaw.reach
    }
    return EarlyMove(early.map(\.value))
  }
}
