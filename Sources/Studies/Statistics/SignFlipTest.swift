import LinearAlgebra

/// The permutation test of paired differences: under the null hypothesis each difference is as
/// likely with the other sign.
///
/// The p value is exact for 16 pairs or fewer, whatever the distribution; the smallest two-sided one
/// is 2/2ⁿ, so that five pairs cannot reach 0.05.
///
/// **Source:** Fisher, "The Design of Experiments", 1935, section 21; Phipson and Smyth,
/// "Permutation p-values should never be zero", 2010, for sampled signs.
public struct SignFlipTest: Sendable, Equatable, Codable {
  /// The mean of the differences, in their unit.
  public let meanDifference: Double
  /// The share of sign patterns whose mean is at least as extreme, in (0, 1].
  public let pValue: Double
  /// Whether all 2ⁿ patterns were counted.
  public let isExact: Bool

  /// The most pairs of which all sign patterns are counted.
  public static let exactLimit = 16

  /// Tests that the differences are symmetric about 0; nil without differences.
  ///
  /// O(n 2ⁿ) up to `exactLimit` pairs, O(n · samples) above.
  /// - Parameters:
  ///   - differences: First minus second of each pair; finite.
  ///   - alternative: What is held against the null hypothesis.
  ///   - samples: How many patterns are drawn above `exactLimit` pairs.
  ///   - seed: The seed of drawn patterns.
  public init?(
    differences: [Double], alternative: Alternative = .twoSided, samples: Int = 10_000,
    seed: UInt64 = 0
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
    pValue = alternative.pValue(lower: tails.lower, upper: tails.upper)
  }

  /// Counts of the patterns on either side of the observed sum.
  private struct Tails {
    let differences: [Double]
    let observed: Double
    /// Sums closer than this are equal: the order of the additions moves them by rounding alone.
    let tolerance: Double
    var total = 0, atMost = 0, atLeast = 0

    init(_ differences: [Double]) {
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
