import Checkpoints

/// A policy that is sure of its answers before they are right.
///
/// **Source:** the levels are those that the authors of PeRL (arXiv 2512.23165) judge their own runs by.
public enum EntropyCollapseRule: HealthRule {
  public static let name = "entropy-collapse"
  public static let summary = "the policy explores no more: its entropy is gone, or will be soon"

  /// In nats: gone, and low; the fall that counts, and the share of steps that may be low.
  static let gone = 0.01, low = 0.05, fall = 0.6, share = 0.1

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    guard let curve = run.log.curve(of: .entropy) else { return .notLogged(.entropy) }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    // Some trainers log the entropy with a sign or summed over an answer: such levels are no entropy of a token.
    guard course.tail >= 0, curve.column != "objective/entropy" else {
      return .skipped("'\(curve.column)' is not the entropy of a token")
    }
    let hasFallen = course.end < (1 - fall) * course.start && course.hasFallen
    let isGone = course.tail < gone
    let isLow = course.share(where: { $0 < low }) > share && course.tail < low
    if isGone || isLow && hasFallen {
      return .found(lost(course, curve, run))
    }
    guard !run.isSolved, course.hasFallen, let step = arrival(course) else { return .clear }
    return .found(
      Symptom(
        rule: name, status: .healthy, columns: [curve.column],
        evidence:
          "The entropy fell from \(Words.number(course.start)) to \(Words.number(course.end)) nats; at this pace it "
          + "is \(Words.number(low)) at step \(step).",
        cause: "The policy becomes sure of its answers.",
        advice:
          "To explore for longer: a higher upper clip (0.28), an entropy bonus, "
          + "or harder problems."))
  }

  private static func lost(_ course: CurveCourse, _ curve: LoggedCurve, _ run: ExaminedRun)
    -> Symptom
  {
    let step = course.step { $0 < low }
    let isWanted = run.isSolved
    return Symptom(
      rule: name, status: isWanted ? .healthy : .suspicious, step: step, columns: [curve.column],
      evidence:
        "The entropy ('\(curve.column)') fell from \(Words.number(course.start)) to \(Words.number(course.tail)) nats"
        + (step.map { " and is below \(Words.number(low)) since step \($0)" } ?? "")
        + (isWanted ? "; the reward is near the top of its scale." : "."),
      cause: isWanted
        ? "The task is solved: there is nothing left to explore."
        : "The policy gives one answer to each problem. Answers of a group are alike, so nothing more can be learnt.",
      advice: isWanted
        ? "Stop here, or take harder problems."
        : "\(run.checkpoint(upTo: curve.soundStep(before: step ?? course.points[0].step))). Raise the upper clip (0.28), add an entropy "
          + "bonus, sample at temperature 1, or train at \(run.lowerRate).")
  }

  /// The step at which the entropy is ``low`` if it falls on as in the second half; nil if that is further away than the
  /// run was long.
  private static func arrival(_ course: CurveCourse) -> Int? {
    let slope = course.lateSlope
    guard slope < 0, course.tail > low, let first = course.points.first?.step,
      let last = course.points.last?.step
    else { return nil }
    let distance = (low - course.tail) / slope
    // Double.infinity is no Int.
    guard distance <= Double(last - first) else { return nil }
    return last + Int(distance.rounded(.up))
  }
}
