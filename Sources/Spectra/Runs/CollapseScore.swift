#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How far a run has collapsed at a step, from 0 (healthy) to 1, by a simple rule.
///
/// With a reward curve, it is the share of the best smoothed reward so far that is lost: 0.5 means that half
/// of it is lost. Without one, only the size of the update is known: 0.49 · log₁₀(median ‖ΔW‖/‖W‖ / 0.1),
/// with the logarithm cut to [0, 1]. An update of 10 % of the base scores 0. One as large as the base scores
/// 0.49: suspicious, because a large update alone is no collapse. A NaN or an infinity scores 1.
///
/// **Source:** no source gives a rule; this one is ours. A collapse in arXiv 2512.23165 is a reward that
/// falls to about zero.
package enum CollapseScore {
  /// The column under which the score stands in summaries.
  package static let name = "collapse_score"
  /// At or above these scores a run is called collapsed, or suspicious.
  package static let collapsed = 0.5, suspicious = 0.25

  /// The score at a step.
  /// - Parameters:
  ///   - step: The checkpoint's.
  ///   - reward: The run's reward curve, ascending in step; empty where there is none.
  ///   - relativeUpdateNorm: The median over modules.
  ///   - isFinite: Whether all weights of the checkpoint are finite.
  package static func value(
    atStep step: Int, reward: [CurvePoint], relativeUpdateNorm: Double?, isFinite: Bool
  ) -> Double? {
    guard isFinite else { return 1 }
    return lostReward(reward, upTo: step)
      ?? relativeUpdateNorm.map { 0.49 * min(max(log10(max($0, 1e-300) / 0.1), 0), 1) }
  }

  /// The share of the best smoothed reward so far that is lost at a step. Rewards are measured from zero, or
  /// from the curve's lowest reward if that is negative. Nil if the best is not above that floor.
  static func lostReward(_ curve: [CurvePoint], upTo step: Int) -> Double? {
    let past = movingAverage(curve).prefix { $0.step <= step }
    guard let now = past.last?.value, let best = past.map(\.value).max() else { return nil }
    // Rewards may be coded from −1 to 1: they are measured from the curve's lowest one if it is negative.
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
