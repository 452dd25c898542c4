import Foundation
import LinearAlgebra

/// The permutation test of paired differences: under the null hypothesis each difference is as
/// likely with the other sign.
///
/// The p value is exact for 16 pairs or fewer, whatever the distribution; the smallest two-sided one
/// is 2/2ⁿ, so that five pairs cannot reach 0.05.
///
/// **Source:** Fisher, "The Design of Experiments", 1935, section 21; Phipson and Smyth,
/// "Permutation p-values should never be zero", 2010, for sampled signs.
package struct SignFlipTest: Sendable, Equatable, Codable {
  /// The mean of the differences, in their unit.
  package let meanDifference: Double
  /// Two-sided: twice the share of sign patterns whose mean is at least as far on the observed side, in
  /// (0, 1].
  package let pValue: Double
  /// Whether all 2ⁿ patterns were counted.
  package let isExact: Bool

  /// The most pairs of which all sign patterns are counted.
  package static let exactLimit = 16

  /// Tests that the differences are symmetric about 0; nil without differences.
  ///
  /// O(n 2ⁿ) up to `exactLimit` pairs, O(n · samples) above.
  /// - Parameters:
  ///   - differences: First minus second of each pair; finite.
  ///   - samples: How many patterns are drawn above `exactLimit` pairs.
  ///   - seed: The seed of drawn patterns.
  package init?(
    differences: [Double], samples: Int = 10_000, seed: UInt64 = 0
  ) {
    precondition(differences.allSatisfy(\.isFinite), "a sign test needs finite differences")
    precondition(samples > 0, "a sampled test needs at least one sample")
    guard let mean = SampleMoments.mean(of: differences) else { return nil }
    meanDifference = mean
    isExact = differences.count <= Self.exactLimit
    var tails = Tails(differences)
    if isExact {
      for pattern in 0..<(UInt64(1) << UInt64(differences.count)) { tails.count(pattern) }
    } else {
      // The observed pattern is one of the drawn ones: without it p could be 0.
      tails.count(0)
      var generator = SplitMix64(seed: seed)
      for _ in 0..<samples { tails.countDrawn(&generator) }
    }
    pValue = twoSided(lower: tails.lower, upper: tails.upper)
  }

  /// Counts of the patterns on either side of the observed sum.
  private struct Tails {
    let differences: [Double]
    let observed: Double
    /// Sums closer than this count as equal: the order of additions changes them by rounding.
    let tolerance: Double
    var total = 0, atMost = 0, atLeast = 0

    init(_ differences: [Double]) {
      // A power of two is exact, and keeps sums in the range of Double.
      let isHuge = differences.contains { $0.magnitude > 1e290 }
      let differences = isHuge ? differences.map { $0 * 0x1p-64 } : differences
      self.differences = differences
      observed = differences.reduce(0, +)
      tolerance = 1e-12 * differences.reduce(0) { $0 + abs($1) }
    }

    var lower: Double { Double(atMost) / Double(total) }
    var upper: Double { Double(atLeast) / Double(total) }

    /// Counts the pattern whose set bits are the flipped differences.
    mutating func count(_ pattern: UInt64) {
      var sum = 0.0
      var bits = pattern
      for difference in differences {
        sum += bits & 1 == 1 ? -difference : difference
        bits >>= 1
      }
      count(sum: sum)
    }

    mutating func countDrawn(_ generator: inout SplitMix64) {
      var sum = 0.0
      var bits: UInt64 = 0
      for (place, difference) in differences.enumerated() {
        if place % 64 == 0 { bits = generator.next() }
        sum += bits & 1 == 1 ? -difference : difference
        bits >>= 1
      }
      count(sum: sum)
    }

    private mutating func count(sum: Double) {
      total += 1
      if sum <= observed + tolerance { atMost += 1 }
      if sum >= observed - tolerance { atLeast += 1 }
    }
  }
}

/// The two-sided p value from the two tail probabilities, each with the observed value included: twice the
/// smaller tail, at most 1. This is also right if ties make the distribution asymmetric.
func twoSided(lower: Double, upper: Double) -> Double { min(1, 2 * min(lower, upper)) }

/// P values corrected for testing several hypotheses.
package enum HolmCorrection {
  /// Adjusted p values that control the probability of any false finding, whatever the dependence.
  ///
  /// The k-th smallest p value is multiplied by the number of hypotheses not yet rejected, and is
  /// never below the one before it. O(n log n).
  ///
  /// **Source:** Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
  /// Journal of Statistics 6, 1979.
  /// - Parameter pValues: One p value in [0, 1] per hypothesis.
  /// - Returns: The adjusted values in the same order, in [0, 1]; reject those at or below the level.
  package static func adjusted(_ pValues: [Double]) -> [Double] {
    precondition(pValues.allSatisfy { $0 >= 0 && $0 <= 1 }, "a p value is in [0, 1]")
    var adjusted = pValues
    var largest = 0.0
    for (place, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      largest = max(largest, min(1, Double(pValues.count - place) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}

/// The size of a difference, regardless of its significance.
package enum EffectSize {
  /// Cohen's d of pairs (d_z: the mean difference divided by the deviation of the differences), corrected for
  /// its bias: multiplied by `hedgesCorrection(degrees:)` of n − 1.
  ///
  /// Nil below three pairs, or where all differences are equal.
  ///
  /// **Source:** Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988, section 2.3.5.
  /// - Parameter differences: First minus second of each pair.
  package static func pairedHedges(_ differences: [Double]) -> Double? {
    guard differences.count > 2, let mean = SampleMoments.mean(of: differences),
      let deviation = SampleMoments.standardDeviation(of: differences), deviation > 0
    else { return nil }
    return mean / deviation * hedgesCorrection(degrees: differences.count - 1)
  }

  /// J(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)), in (0, 1): what makes d unbiased.
  ///
  /// **Source:** Hedges, "Distribution theory for Glass's estimator of effect size", Journal of
  /// Educational Statistics 6, 1981, equation 6e; the exact form, not 1 − 3/(4m − 1).
  /// - Parameter degrees: The degrees of freedom m of the deviation, at least 2.
  package static func hedgesCorrection(degrees: Int) -> Double {
    precondition(degrees > 1, "Hedges' correction needs two degrees of freedom")
    let half = Double(degrees) / 2
    return exp(lgamma(half) - lgamma(half - 0.5)) / half.squareRoot()
  }
}
