import Foundation

/// The two numbers that move the quantiles of a BCa interval.
///
/// **Source:** Efron, "Better bootstrap confidence intervals", JASA 82, 1987, equations 2.3 and
/// 6.6.
struct AcceleratedBias {
  /// z₀: the normal quantile of the share of replicates below the estimate.
  let bias: Double
  /// a: a sixth of the skewness of the leave-one-out values.
  let acceleration: Double

  /// Measures both.
  /// - Parameters:
  ///   - replicates: The statistic on the resamples; not empty.
  ///   - estimate: The statistic on the sample.
  ///   - jackknife: The statistic with one unit left out, for each unit where it is defined.
  init(replicates: [Double], estimate: Double, jackknife: [Double]) {
    let count = Double(replicates.count)
    let below = Double(replicates.count { $0 < estimate })
    let equal = Double(replicates.count { $0 == estimate })
    // Equal ones count half, as discrete samples have many; and a share of 0 or 1 is no more known
    // than to half a resample, so that the quantile stays finite.
    let share = (below + equal / 2) / count
    bias = NormalDistribution.quantile(min(max(share, 0.5 / count), 1 - 0.5 / count))
    let mean = SampleMoments.mean(of: jackknife) ?? 0
    let squares = jackknife.reduce(0) { $0 + pow(mean - $1, 2) }
    let cubes = jackknife.reduce(0) { $0 + pow(mean - $1, 3) }
    acceleration = squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0
  }

  /// The probability at which a quantile is read in place of the nominal one.
  func moved(_ probability: Double) -> Double {
    let shifted = bias + NormalDistribution.quantile(probability)
    let denominator = 1 - acceleration * shifted
    // Beyond this pole the formula folds back; the extreme quantile is what it tends to.
    guard denominator > 0 else { return shifted > 0 ? 1 : 0 }
    return NormalDistribution.cumulative(bias + shifted / denominator)
  }
}
