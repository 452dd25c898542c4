import Checkpoints

/// Answers that are cut off at the limit of length.
public enum TruncationRule: ShareRule {
  public static let name = "truncation"
  public static let summary = "answers are cut off at the limit of length"

  static let quantity = LoggedQuantity.truncatedShare
  static let remark = 0.1, fault = 0.5

  static func words(
    _ course: CurveCourse, in column: String, of run: ExaminedRun
  ) -> (evidence: String, cause: String, advice: String) {
    (
      evidence:
        "\(Words.percent(course.tail)) of the answers are cut off at the end ('\(column)'); at the start it "
        + "was \(Words.percent(course.beginning)).",
      cause: course.hasRisen
        ? "Answers grow into the limit: the policy no longer ends them."
        : "The limit is too short for this task.",
      advice: course.hasRisen
        ? "Go back to where answers still ended. Leave cut answers out of the loss, or take a part of the reward near the limit."
        : "Allow longer answers, or leave cut ones out of the loss: a reward of 0 teaches brevity, not the task."
    )
  }
}
