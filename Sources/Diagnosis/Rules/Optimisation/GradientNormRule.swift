import Checkpoints
import LinearAlgebra

/// A gradient that explodes, or that is gone.
///
/// **Source:** the level of 50 is that by which the authors of PeRL (arXiv 2512.23165) judge their own runs.
public enum GradientNormRule: HealthRule {
  public static let name = "gradient-norm"
  public static let summary = "the gradient explodes, or is gone"

  /// An explosion is above the level and so many times the start; a spike is so many times what was before it.
  static let level = 50.0, growth = 10.0, spike = 20.0
  /// Below this there is no gradient.
  static let nothing = 1e-7

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard let curve = run.log.curve(of: .gradientNorm) else { return .notLogged(.gradientNorm) }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    let begin = SampleQuantile.median(of: course.points.prefix(course.last.count).map(\.value)) ?? 0
    if course.tail > level, course.tail > growth * begin {
      let steep = course.step { $0 > max(level, growth * begin) }
      return .found(
        Symptom(
          rule: name, status: .suspicious, step: steep,
          columns: [curve.column],
          evidence:
            "The norm of the gradient went from \(Words.number(begin)) to \(Words.number(course.tail)).",
          cause:
            "The weights are where the loss is steep: the rate is too high, or the loss is about to diverge.",
          advice:
            "Go back to before it grew, clip the gradient at 1, and train at \(run.lowerRate)."
        ))
    }
    let still = course.last.count { $0.value < nothing }
    if 2 * still > course.last.count { return .found(gone(course, curve, run)) }
    let spikes = CurveSpikes(in: course.points, factor: spike)
    guard let first = spikes.steps.first else { return .clear }
    return .found(
      Symptom(
        rule: name, status: .healthy, step: first, columns: [curve.column],
        evidence:
          "The norm of the gradient jumped \(spikes.steps.count == 1 ? "once" : "\(spikes.steps.count) times"), up to "
          + "\(Words.number(spikes.height)) times its level; first at step \(first).",
        cause: "A batch was far from the others.",
        advice: "Clip the gradient at 1 if it is not, and look at the data of that step."))
  }

  private static func gone(_ course: CurveCourse, _ curve: LoggedCurve, _ run: ExaminedRun)
    -> Symptom
  {
    let step = course.step { $0 < nothing }
    return Symptom(
      rule: name, status: run.isSolved ? .healthy : .suspicious, step: step,
      columns: [curve.column],
      evidence: "There is no gradient "
        + (step.map { "in nearly all steps since \($0)" } ?? "in most of the last steps")
        + " ('\(curve.column)').",
      cause: run.isReinforcement
        ? "All answers of each group have one reward."
        : "Nothing that is trained reaches the loss, or every label is masked.",
      advice: run.isReinforcement
        ? run.isSolved
          ? "Stop here, or take harder problems."
          : "Go back to where some problems were solved, and take problems of which some are."
        : "Check which parameters require a gradient, and that examples hold tokens to learn from.")
  }
}
