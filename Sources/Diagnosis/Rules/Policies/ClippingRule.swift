import Checkpoints

/// Steps in which most tokens are clipped.
public enum ClippingRule: ShareRule {
  public static let name = "clipping"
  public static let summary = "the ratios of many tokens are clipped"

  static let quantity = LoggedQuantity.clipFraction
  static let remark = 0.25, fault = 0.5

  static func words(
    _ course: CurveCourse, in column: String, of run: ExaminedRun
  ) -> (evidence: String, cause: String, advice: String) {
    (
      evidence:
        "\(Words.percent(course.tail)) of the tokens are clipped at the end ('\(column)'); below 20 % is "
        + "usual.",
      cause:
        "The policy moves further in a batch than the clip allows, so most answers no longer count.",
      advice:
        "Train at \(run.lowerRate), or make fewer updates for each batch of answers."
    )
  }
}
