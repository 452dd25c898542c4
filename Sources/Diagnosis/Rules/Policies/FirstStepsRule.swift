import Checkpoints
import LinearAlgebra

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
    let moves = curve.points.filter { (2...5).contains($0.step) }.map(\.value)
    guard moves.count >= 3, let median = SampleQuantile.median(of: moves) else {
      return .tooShort(curve.column)
    }
    guard median > StepLaw.deadlyDivergence else { return .clear }
    let ratio = StepLaw.excess(of: median)
    return .found(
      Symptom(
        rule: name, status: median > certain ? .suspicious : .healthy, step: 5,
        columns: [curve.column],
        evidence:
          "Steps 2 to 5 moved the policy by \(Words.number(median)) nats for each token ('\(curve.column)'); runs die near "
          + "\(Words.number(StepLaw.deadlyDivergence)).",
        cause:
          "The rate is \(Words.number((ratio * 10).rounded() / 10)) times what this start bears\(run.rate(dividedBy: ratio)).",
        advice:
          "Stop it, and take at most a quarter of what it bears\(run.rate(dividedBy: ratio * StepLaw.safeDivisors.least))."
      ))
  }
}
