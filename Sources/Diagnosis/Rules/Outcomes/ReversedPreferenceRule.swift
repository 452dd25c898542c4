import Checkpoints

/// Preference training that learns to prefer what it should not: the margin falls, and ends below zero.
///
/// Without a reference model (ORPO, CPO) a margin may begin below zero, so the level alone says nothing.
///
/// **Source:** the rule is ours.
public enum ReversedPreferenceRule: HealthRule {
  public static let name = "reversed-preference"
  public static let summary = "the margin falls, and the answers that should lose are preferred"

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.settings.kind == .preference else { return .notMeant }
    guard let curve = run.log.curve(of: .rewardMargin) else {
      return belowChance(run) ?? .notLogged(.rewardMargin)
    }
    guard let course = CurveCourse(curve.points) else {
      return belowChance(run) ?? .tooShort(curve.column)
    }
    // Two conditions that noise must meet together, so two standard errors do for each. A run that learns nothing is a
    // fault as well.
    let noise = CurveCourse.usualCertainty * course.error
    guard -course.change > noise, course.end < -noise else {
      return belowChance(run) ?? .clear
    }
    return found(
      "The margin ('\(curve.column)') fell from \(Words.number(course.start)) to "
        + "\(Words.number(course.end)): rejected answers gained on the chosen ones.",
      in: curve.column, of: run)
  }

  /// A margin may be positive because of a few pairs, while most are preferred the wrong way round.
  private static func belowChance(_ run: ExaminedRun) -> Examination? {
    guard let (column, course) = run.log.course(of: .accuracy), !course.hasRisen,
      course.end + CurveCourse.usualCertainty * course.error < 0.5
    else { return nil }
    return found(
      "At the end the chosen answer is preferred in \(Words.percent(course.end)) of the pairs ('\(column)'), less often than by "
        + "chance, and that did not rise.", in: column, of: run)
  }

  private static func found(
    _ evidence: String, in column: String, of run: ExaminedRun
  ) -> Examination {
    .found(
      Symptom(
        rule: name, status: .suspicious, columns: [column], evidence: evidence,
        cause:
          "Chosen and rejected answers are swapped, or the steps are too large to follow the pairs.",
        advice: "Read some pairs by hand. If they are right, train at \(run.lowerRate)."))
  }
}
