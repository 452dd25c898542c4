import Checkpoints
import Spectra

/// A run that learnt nothing, or nothing more for its second half.
public enum PlateauRule: HealthRule {
  public static let name = "plateau"
  public static let summary = "the run learnt nothing, or nothing more"

  /// How many points a curve needs before its rest means anything.
  static let fewest = 20
  /// A margin that is certainly below this is none.
  static let nothing = 0.1
  /// From this share of the base on, weights have moved.
  private static let moved = 0.01

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.settings.kind != .unknown else { return .notMeant }
    guard let outcome = run.outcome, let course = run.outcomeCourse else {
      return run.outcome.map { .tooShort($0.column) } ?? .notLogged(run.settings.kind.outcomes[0])
    }
    guard course.points.count >= fewest else { return .tooShort(outcome.column) }
    if run.isReinforcement, let only = course.constant {
      return .found(
        Symptom(
          rule: name, status: .suspicious, columns: [outcome.column],
          evidence: "The reward ('\(outcome.column)') was \(Words.number(only)) at every step.",
          cause: "No answer was better than another, so there was nothing to learn from.",
          advice:
            "Read some answers and their rewards by hand. Begin with problems of which the base solves some, or "
            + "with a reward that values a part of a solution."))
    }
    if !course.mayHaveChanged { return .found(idle(outcome, course, run)) }
    if !run.isSolved, let step = stall(outcome, course) {
      return .found(
        Symptom(
          rule: name, status: .healthy, step: step, columns: [outcome.column],
          evidence:
            "After step \(step) the \(outcome.words) did not get better by more than its noise.",
          cause: "The run has learnt what it can with these data and this rate.",
          advice: "Stop earlier next time, lower the rate towards the end, or take harder data."))
    }
    return .clear
  }

  /// Nothing was learnt. Of pairs it is a fault: the margin is zero where nothing was learnt, whatever the base.
  private static func idle(_ outcome: Outcome, _ course: CurveCourse, _ run: ExaminedRun) -> Symptom
  {
    let isFault =
      run.settings.kind == .preference && outcome.quantity == .rewardMargin
      && abs(course.end) + CurveCourse.usualCertainty * course.error < nothing
    let (cause, advice) = reason(of: run)
    return Symptom(
      rule: name, status: isFault ? .suspicious : .healthy, columns: [outcome.column],
      evidence:
        "The \(outcome.words) did not change by more than its noise: \(Words.number(outcome.start)) at the "
        + "start, \(Words.number(outcome.end)) at the end.",
      cause: cause, advice: advice)
  }

  /// Why nothing was learnt, as far as the weights tell, and what to do.
  private static func reason(of run: ExaminedRun) -> (cause: String, advice: String) {
    let longer = run.higherRate.map { "at \($0) or for longer" } ?? "for longer"
    let low =
      run.higherRate == nil
      ? "The run is too short" : "The rate is too low for so few steps"
    guard let size = run.steps.last?.medians[RelativeUpdateNorm.name] else {
      return (
        "\(low), nothing is trained, or the base knows it all.",
        "Check that weights moved. If they did by less than \(Words.percent(moved)) of the base, train \(longer)."
      )
    }
    return size < moved
      ? (
        "\(low): the weights hardly moved.", "Train \(longer)."
      )
      : (
        "The weights did move, by \(Words.percent(size)) of the base in the median: what they learn is not what is measured, or is lost again.",
        "Look at the curve: if it falls and comes back, train at \(run.lowerRate). Else read what the run learns from by hand."
      )
  }

  /// Where the best average was reached; nil if in the second half, if the curve still moves there, or if it lost what it
  /// had reached.
  private static func stall(_ outcome: Outcome, _ course: CurveCourse) -> Int? {
    let half = Array(course.points.suffix(course.points.count / 2))
    guard let rest = CurveCourse(half), let first = half.first, outcome.bestStep < first.step,
      outcome.gain > 0,
      abs(outcome.best - course.end) < CurveCourse.certainty * course.error
    else { return nil }
    return (outcome.shouldRise ? rest.hasRisen : rest.hasFallen) ? nil : outcome.bestStep
  }
}

extension CurveCourse {
  /// The only value of a curve that is constant.
  fileprivate var constant: Double? {
    guard let first = points.first?.value else { return nil }
    return points.allSatisfy { $0.value == first } ? first : nil
  }
}
