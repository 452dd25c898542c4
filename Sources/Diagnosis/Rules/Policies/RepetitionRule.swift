import Checkpoints

/// Answers that repeat themselves.
public enum RepetitionRule: HealthRule {
  public static let name = "repetition"
  public static let summary = "answers repeat themselves"

  /// Shares of answers that are a remark and a fault.
  static let remark = 0.1, fault = 0.3

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .repetition) else { return .notLogged(.repetition) }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    guard course.tail > remark else { return .clear }
    return .found(
      Symptom(
        rule: name, status: course.tail > fault ? .suspicious : .healthy,
        step: course.step { $0 > remark }, columns: [curve.column],
        evidence:
          "\(Words.percent(course.tail)) of the answers repeat themselves at the end ('\(curve.column)'); at the start "
          + "it was \(Words.percent(course.start)).",
        cause: "The policy no longer ends its answers, or repeating pays.",
        advice:
          "Take a checkpoint from before. Leave cut answers out of the loss, and lower the rate"
          + "\(run.rate(dividedBy: 3))."))
  }
}
