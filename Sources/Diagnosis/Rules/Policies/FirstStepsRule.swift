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
    guard let median = earlyMove(of: run) else { return .tooShort(curve.column) }
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
          "The rate is \(Words.number((ratio * 10).rounded() / 10)) times what this start bears"
          + (run.settings.learningRate.map { " (\(Words.roundRate($0 / ratio)))" } ?? "") + ".",
        advice:
          "Stop it, and train at \(run.lowerRate): runs learn best at a quarter of what they bear, or less."
      ))
  }

  /// By what the rate of a run should be divided; nil if its first steps were not too long, or not logged.
  static func rateDivisor(of run: ExaminedRun) -> Double? {
    guard run.isReinforcement, let median = earlyMove(of: run), median > StepLaw.deadlyDivergence
    else { return nil }
    return StepLaw.excess(of: median) * StepLaw.safeDivisors.least
  }

  /// How far steps 2 to 5 moved the policy, in the median, in nats for each token; nil if fewer than three were logged.
  private static func earlyMove(of run: ExaminedRun) -> Double? {
    let points = run.log.curve(of: .stepDivergence)?.points ?? []
    let moves = points.filter { (2...5).contains($0.step) }.map(\.value)
    return moves.count < 3 ? nil : SampleQuantile.median(of: moves)
  }
}
