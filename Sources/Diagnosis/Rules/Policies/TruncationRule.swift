import Checkpoints

/// Answers that are cut off at the limit of length.
public enum TruncationRule: HealthRule {
  public static let name = "truncation"
  public static let summary = "answers are cut off at the limit of length"

  /// Shares of answers that are a remark and a fault.
  static let remark = 0.1, fault = 0.5

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .truncatedShare) else { return .notLogged(.truncatedShare) }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    guard course.tail > remark else { return .clear }
    return .found(
      Symptom(
        rule: name, status: course.tail > fault ? .suspicious : .healthy,
        step: course.step { $0 > remark }, columns: [curve.column],
        evidence:
          "\(Words.percent(course.tail)) of the answers are cut off at the end ('\(curve.column)'); at the start it "
          + "was \(Words.percent(course.start)).",
        cause: course.hasRisen
          ? "Answers grow into the limit: the policy no longer ends them."
          : "The limit is too short for this task.",
        advice: course.hasRisen
          ? "Take a checkpoint from before. Leave cut answers out of the loss, or take a part of the reward near the limit."
          : "Allow longer answers, or leave cut ones out of the loss: a reward of 0 teaches brevity, not the task."
      ))
  }
}
