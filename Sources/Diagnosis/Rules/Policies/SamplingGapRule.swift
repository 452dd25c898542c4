import Checkpoints

/// A program that samples and one that trains which disagree on probabilities.
///
/// **Source:** slime's own tests demand a mean of 0.1 at most; arXiv 2605.14220 shows that small disagreements alone can
/// end a run.
public enum SamplingGapRule: HealthRule {
  public static let name = "sampling-gap"
  public static let summary = "sampler and trainer disagree on the probabilities of tokens"

  /// Mean distances that are a remark and a fault: of log-probabilities, and of probabilities.
  static let logarithms = (remark: 0.03, fault: 0.1)
  static let probabilities = (remark: 0.02, fault: 0.05)

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard run.isReinforcement else { return .notMeant }
    let sources = [
      (run.log.curve(of: .samplingGap), logarithms, "log-probabilities"),
      (run.log.curve(of: .probabilityGap), probabilities, "probabilities"),
    ]
    guard let (found, limits, words) = sources.first(where: { $0.0 != nil }), let curve = found
    else {
      return .notLogged(.samplingGap)
    }
    guard let course = CurveCourse(curve.points) else { return .tooShort(curve.column) }
    guard course.tail > limits.remark else { return .clear }
    let hasGrown = course.hasRisen && course.end > 2 * course.start
    return .found(
      Symptom(
        rule: name, status: course.tail > limits.fault ? .suspicious : .healthy,
        step: course.step { $0 > limits.remark }, columns: [curve.column],
        evidence:
          "The \(words) of sampler and trainer differ by \(Words.number(course.tail)) in the mean "
          + "('\(curve.column)')"
          + (hasGrown ? "; at the start it was \(Words.number(course.beginning))." : "."),
        cause:
          "The two programs round differently (bfloat16, a quantised sampler, experts routed differently), or one has "
          + "older weights. The gradient is then that of another policy.",
        advice:
          "Compute the head in float32, sample in the precision of training, weight answers by truncated ratios, and "
          + "check that weights reach the sampler at every step."))
  }
}
