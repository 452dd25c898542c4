import Checkpoints

/// Answers that come from another policy than the one that is trained.
///
/// **Source:** the levels are those that the authors of PeRL (arXiv 2512.23165) judge their own runs by.
public enum ImportanceRatioRule: HealthRule {
  public static let name = "importance-ratio"
  public static let summary = "importance ratios are far from 1"

  /// Means below these are a remark and a fault; a ratio above the last is an explosion.
  static let moderate = 0.7, severe = 0.4, explosion = 100.0

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    let mean = run.log.curve(of: .importanceRatio)
    let largest = run.log.curve(of: .largestImportanceRatio)
    guard mean != nil || largest != nil else { return .notLogged(.importanceRatio) }
    let exploded = [mean, largest].compactMap(\.self).compactMap { curve in
      explosion(of: curve, isMean: curve == mean)
    }
    // A fault before a remark, whichever it is of.
    if let fault = exploded.first(where: { $0.status >= .suspicious }) { return .found(fault) }
    guard let mean else { return exploded.first.map(Examination.found) ?? .clear }
    guard let course = CurveCourse(mean.points) else {
      return exploded.first.map(Examination.found) ?? .tooShort(mean.column)
    }
    guard course.tail < moderate else { return exploded.first.map(Examination.found) ?? .clear }
    return .found(
      symptom(
        course.tail < severe ? .suspicious : .healthy, course.step { $0 < moderate }, mean.column,
        "The mean ratio ('\(mean.column)') is \(Words.number(course.tail)) at the end; 1 is on policy."
      ))
  }

  private static func explosion(of curve: LoggedCurve, isMean: Bool) -> Symptom? {
    let wild = curve.points.filter { $0.value > explosion }
    guard let first = wild.first else { return nil }
    let isFault = isMean || 20 * wild.count > curve.points.count
    return symptom(
      isFault ? .suspicious : .healthy, first.step, curve.column,
      "'\(curve.column)' exceeded \(Words.number(explosion)) at \(wild.count) of \(curve.points.count) steps, first at "
        + "step \(first.step).")
  }

  private static func symptom(
    _ status: Verdict.Status, _ step: Int?, _ column: String, _ evidence: String
  ) -> Symptom {
    Symptom(
      rule: name, status: status, step: step, columns: [column], evidence: evidence,
      cause:
        "The answers are stale, or the program that samples computes other probabilities than the one that trains.",
      advice:
        "Sample more often with the current weights (fewer updates for each batch of answers), or truncate the ratios "
        + "at 2.")
  }
}
