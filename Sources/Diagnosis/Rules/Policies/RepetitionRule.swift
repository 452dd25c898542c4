import Checkpoints

/// Answers that repeat themselves.
public enum RepetitionRule: ShareRule {
  public static let name = "repetition"
  public static let summary = "answers repeat themselves"

  static let quantity = LoggedQuantity.repetition
  static let remark = 0.1, fault = 0.3

  static func words(
    _ course: CurveCourse, in column: String, of run: ExaminedRun
  ) -> (evidence: String, cause: String, advice: String) {
    (
      evidence:
        "\(Words.percent(course.tail)) of the answers repeat themselves at the end ('\(column)'); at the start "
        + "it was \(Words.percent(course.beginning)).",
      cause: "The policy no longer ends its answers, or repeating pays.",
      advice:
        "Go back to where answers did not repeat themselves. Leave cut answers out of the loss, and train "
        + "at \(run.lowerRate)."
    )
  }
}
