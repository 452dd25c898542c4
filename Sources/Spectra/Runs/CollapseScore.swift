#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far a run has collapsed at a step, from 0 (healthy) to 1, with a rule that can be read.
///
/// With a reward curve: one minus the moving average of the reward over its best so far, so that 0.5
/// means that half of the best reward is lost. Without one the size of the update is all there is:
/// 0.49 · log₁₀(median ‖ΔW‖/‖W‖ / 0.1) with the logarithm cut to [0, 1], so that an update of 10 % of
/// the base scores 0 and one as large as the base 0.49: suspicious, but a large update alone is no
/// collapse. A NaN or an infinity scores 1.
///
/// **Source:** none gives a rule; this one is ours. Collapse in arXiv 2512.23165 is a reward that falls
/// to about zero.
public enum CollapseScore {
  /// The column under which the score stands in summaries.
  public static let name = "collapse_score"
  /// From here on a run is called collapsed, and suspicious.
  public static let collapsed = 0.5, suspicious = 0.25

  /// The score at a step.
  /// - Parameters:
  ///   - step: The checkpoint's.
  ///   - reward: The run's reward curve, ascending in step; empty where there is none.
  ///   - relativeUpdateNorm: The median over modules.
  ///   - isFinite: Whether all weights of the checkpoint are finite.
  public static func value(
    atStep step: Int, reward: [CurvePoint], relativeUpdateNorm: Double?, isFinite: Bool
  ) -> Double? {
    guard isFinite else { return 1 }
    return lostReward(reward, upTo: step)
      ?? relativeUpdateNorm.map { 0.49 * min(max(log10(max($0, 1e-300) / 0.1), 0), 1) }
  }

  /// The share of the best smoothed reward so far that is lost at a step; nothing without a positive
  /// best.
  static func lostReward(_ curve: [CurvePoint], upTo step: Int) -> Double? {
    let past = movingAverage(curve).prefix { $0.step <= step }
    guard let now = past.last?.value, let best = past.map(\.value).max() else { return nil }
    // Rewards may be coded from −1 to 1: measured from the lowest that was seen, if that is negative.
    let floor = min(0, curve.map(\.value).min() ?? 0)
    guard best > floor else { return nil }
    return min(max((best - now) / (best - floor), 0), 1)
  }

  /// The mean over a trailing window of a tenth of the curve, at least one point.
  static func movingAverage(_ curve: [CurvePoint]) -> [CurvePoint] {
    let window = max(1, curve.count / 10)
    return curve.indices.map { index in
      let values = curve[max(0, index - window + 1)...index].map(\.value)
      return CurvePoint(
        step: curve[index].step, value: values.reduce(0, +) / Double(values.count))
    }
  }
}
