import Checkpoints

/// A policy that runs away from its reference, or from itself in one step.
public enum PolicyDivergenceRule: HealthRule {
  public static let name = "kl"
  public static let summary = "the policy runs away from its reference, or too far in a step"

  /// In nats for each token: from the reference, and in one step.
  static let far = 1.0, step = 0.1

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    let reference = run.log.curve(of: .divergence)
    let own = run.log.curve(of: .stepDivergence)
    guard reference != nil || own != nil else { return .notLogged(.divergence) }
    if let own, let course = CurveCourse(own.points), course.tail > step {
      return .found(
        symptom(
          course, own.column, since: step, run,
          "The policy moves by \(Words.number(course.tail)) nats for each token in one step ('\(own.column)'); "
            + "0.01 to 0.02 is usual."))
    }
    // Summed over an answer, the level depends on its length.
    guard let reference, reference.column != "objective/kl" else { return .clear }
    guard let course = CurveCourse(reference.points) else { return .tooShort(reference.column) }
    guard course.tail > far else { return .clear }
    return .found(
      symptom(
        course, reference.column, since: far, run,
        "The policy is \(Words.number(course.tail)) nats for each token away from its reference "
          + "('\(reference.column)')."))
  }

  private static func symptom(
    _ course: CurveCourse, _ column: String, since limit: Double, _ run: ExaminedRun,
    _ evidence: String
  ) -> Symptom {
    Symptom(
      rule: name, status: .suspicious, step: course.step { $0 > limit }, columns: [column],
      evidence: evidence,
      cause: "The rate is too high for this start, or nothing holds the policy near its reference.",
      advice:
        "Train at \(run.lowerRate), add or raise the penalty (beta 0.01 to 0.04), or make fewer updates "
        + "for each batch of answers.")
  }
}
