import Checkpoints

/// Answers that run away in length, or shrink to nothing.
public enum AnswerLengthRule: HealthRule {
  public static let name = "length"
  public static let summary = "answers run away in length or shrink to nothing"

  /// By what factor the length must change.
  static let factor = 3.0

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .completionLength) else {
      return .notLogged(.completionLength)
    }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    guard course.start > 0 else { return .clear }
    let isLonger = course.hasRisen && course.end > factor * course.start
    let isShorter = course.hasFallen && factor * course.end < course.start
    guard isLonger || isShorter else { return .clear }
    return .found(
      Symptom(
        rule: name, status: run.hasImproved ? .healthy : .suspicious,
        step: course.step { isLonger ? $0 > factor * course.start : factor * $0 < course.start },
        columns: [curve.column],
        evidence:
          "Answers went from \(Words.number(course.start)) to \(Words.number(course.end)) tokens "
          + "('\(curve.column)')"
          + (run.hasImproved ? ", and the reward rose." : ", and the reward did not rise."),
        cause: isLonger
          ? "Length pays: the loss or the reward favours long answers, or the policy repeats itself."
          : "Short answers pay: the reward can be had without the work, or long ones are cut off and score 0.",
        advice: "Read some answers. "
          + (isLonger
            ? "Normalise the loss by a constant (dr_grpo, dapo), and take a part of the reward near the limit."
            : "Check the reward for a short cut, and allow longer answers.")))
  }
}
