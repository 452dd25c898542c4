import Checkpoints

/// Steps in which most tokens are clipped.
public enum ClippingRule: HealthRule {
  public static let name = "clipping"
  public static let summary = "the ratios of many tokens are clipped"

  /// Shares of tokens that are a remark and a fault.
  static let remark = 0.25, fault = 0.5

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .clipFraction) else { return .notLogged(.clipFraction) }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    guard course.tail > remark else { return .clear }
    return .found(
      Symptom(
        rule: name, status: course.tail > fault ? .suspicious : .healthy,
        step: course.step { $0 > remark }, columns: [curve.column],
        evidence:
          "\(Words.percent(course.tail)) of the tokens are clipped at the end ('\(curve.column)'); below 20 % is "
          + "usual.",
        cause:
          "The policy moves further in a batch than the clip allows, so most answers no longer count.",
        advice:
          "Lower the rate\(run.rate(dividedBy: 3)), or make fewer updates for each batch of answers."
      ))
  }
}
