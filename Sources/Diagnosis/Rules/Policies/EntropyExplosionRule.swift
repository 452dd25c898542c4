import Checkpoints

/// A policy whose answers become random.
public enum EntropyExplosionRule: HealthRule {
  public static let name = "entropy-explosion"
  public static let summary = "the policy's answers become random"

  /// The rise that counts, as a multiple of the start and in nats.
  static let factor = 1.5, rise = 0.3

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .entropy) else { return .notLogged(.entropy) }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    guard course.hasRisen, course.start > 0, course.tail > factor * course.start,
      course.tail - course.start > rise
    else { return .clear }
    let step = course.step { $0 > factor * course.start }
    return .found(
      Symptom(
        rule: name, status: run.hasImproved ? .healthy : .suspicious, step: step,
        columns: [curve.column],
        evidence: "The entropy ('\(curve.column)') rose from \(Words.number(course.start)) to "
          + "\(Words.number(course.tail)) nats"
          + (step.map { ", above \(Words.number(factor)) times its start since step \($0)" } ?? "")
          + (run.hasImproved ? "; the reward rose as well." : "."),
        cause:
          "Rare tokens are raised more than they are lowered (a wide upper clip, an entropy bonus), or the weights "
          + "are damaged.",
        advice:
          "Train at \(run.lowerRate), narrow the upper clip to 0.2, or take the entropy bonus away."
      ))
  }
}
