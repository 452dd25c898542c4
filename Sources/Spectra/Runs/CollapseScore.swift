import LinearAlgebra

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
  ///   - reward: The run's reward curve.
  ///   - relativeUpdateNorm: The median over modules.
  ///   - isFinite: Whether all weights of the checkpoint are finite.
  package static func value(
    atStep step: Int, reward: SmoothedReward, relativeUpdateNorm: Double?, isFinite: Bool
  ) -> Double? {
    guard isFinite else { return 1 }
    return reward.lost(upTo: step)
      ?? relativeUpdateNorm.map { 0.49 * min(max(log10(max($0, 1e-300) / 0.1), 0), 1) }
  }
}

/// A reward curve, averaged over a trailing window of a tenth of it, at least one point.
///
/// It is made once for all checkpoints of a run: a log may have a million rows.
package struct SmoothedReward: Sendable {
  /// The averages, at the steps of the curve.
  let points: [CurvePoint]
  /// For each point the best average up to it.
  private let best: [Double]
  /// What rewards are measured from: zero, or the curve's lowest reward if that is negative. Rewards may be
  /// coded from −1 to 1.
  private let floor: Double

  /// - Parameter curve: Ascending in step; empty where there is none.
  package init(_ curve: [CurvePoint]) {
    let means = SampleMoments.trailingMeans(
      of: curve.map(\.value), window: max(1, curve.count / 10))
    points = zip(curve, means).map { CurvePoint(step: $0.step, value: $1) }
    var best = [Double]()
    best.reserveCapacity(means.count)
    for mean in means { best.append(max(best.last ?? mean, mean)) }
    self.best = best
    floor = min(0, curve.map(\.value).min() ?? 0)
  }

  /// How many points lie at or before a step.
  func count(upTo step: Int) -> Int {
    var range = 0..<points.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range =
        points[middle].step <= step ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// The share of the best average so far that is lost at a step; nil if the best is not above the floor.
  func lost(upTo step: Int) -> Double? {
    let count = count(upTo: step)
    guard count > 0, best[count - 1] > floor else { return nil }
    // The distance of two rewards may exceed the range of Double; that of their halves does not.
    let factor = (best[count - 1] - floor).isFinite ? 1 : 0.5
    let (top, now) = (best[count - 1] * factor, points[count - 1].value * factor)
    let bottom = floor * factor
    return min(max((top - now) / (top - bottom), 0), 1)
  }
}
