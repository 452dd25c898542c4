import Foundation

/// How large a difference is, apart from whether chance explains it.
public enum EffectSize {
  /// Cohen's d of pairs (d_z): the mean difference by the deviation of the differences.
  ///
  /// Nil below two pairs, or where all differences are equal. Overestimates the effect with few
  /// pairs; `pairedHedges(_:)` corrects for it.
  ///
  /// **Source:** Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988, section
  /// 2.3.5.
  /// - Parameter differences: First minus second of each pair.
  public static func pairedCohen(_ differences: [Double]) -> Double? {
    guard let mean = SampleMoments.mean(of: differences),
      let deviation = SampleMoments.standardDeviation(of: differences), deviation > 0
    else { return nil }
    return mean / deviation
  }

  /// Cohen's d of pairs without its bias: times `hedgesCorrection(degrees:)` of n − 1.
  ///
  /// Nil below three pairs, or where all differences are equal.
  /// - Parameter differences: First minus second of each pair.
  public static func pairedHedges(_ differences: [Double]) -> Double? {
    guard differences.count > 2, let cohen = pairedCohen(differences) else { return nil }
    return cohen * hedgesCorrection(degrees: differences.count - 1)
  }

  /// J(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)), in (0, 1): what makes d unbiased.
  ///
  /// **Source:** Hedges, "Distribution theory for Glass's estimator of effect size", Journal of
  /// Educational Statistics 6, 1981, equation 6e; the exact form, not 1 − 3/(4m − 1).
  /// - Parameter degrees: The degrees of freedom m of the deviation, at least 2.
  public static func hedgesCorrection(degrees: Int) -> Double {
    precondition(degrees > 1, "Hedges' correction needs two degrees of freedom")
    let half = Double(degrees) / 2
    return exp(lgamma(half) - lgamma(half - 0.5)) / half.squareRoot()
  }

  /// Cliff's delta of two independent groups: the share of pairs in which the first is larger, less
  /// the share in which it is smaller; in −1 … 1.
  ///
  /// Nil if a group is empty. O(n log n).
  ///
  /// **Source:** Cliff, "Dominance statistics", Psychological Bulletin 114, 1993.
  /// - Parameters:
  ///   - first: The first group, no NaN.
  ///   - second: The second group, no NaN.
  public static func cliffsDelta(_ first: [Double], _ second: [Double]) -> Double? {
    MannWhitney(first, second).map { 2 * $0.superiority - 1 }
  }
}
