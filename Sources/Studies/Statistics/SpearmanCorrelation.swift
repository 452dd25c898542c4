import LinearAlgebra

/// How far two measurements of the same runs rise together, by their ranks.
///
/// **Source:** Spearman, "The proof and measurement of association between two things", American
/// Journal of Psychology 15, 1904; with ties the correlation of mid ranks.
public struct SpearmanCorrelation: Sendable, Equatable {
  /// ρ in −1 … 1.
  public let coefficient: Double
  private let first: [Double]
  private let second: [Double]

  /// Correlates two measurements; nil below two runs, or where one is the same everywhere.
  ///
  /// O(n log n).
  /// - Parameters:
  ///   - first: One value a run, no NaN.
  ///   - second: The other value of each run, in the same order.
  public init?(_ first: [Double], _ second: [Double]) {
    precondition(first.count == second.count, "a correlation needs as many values each")
    guard
      let value = Self.correlation(MidRanks(of: first).ranks, MidRanks(of: second).ranks)
    else { return nil }
    coefficient = value
    self.first = first
    self.second = second
  }

  /// The bootstrap interval of ρ over resampled runs; resamples in which a measurement is the same
  /// everywhere are left out. O(resamples · n log n).
  /// - Parameter bootstrap: How the interval is made.
  public func interval(_ bootstrap: BootstrapInterval = BootstrapInterval(.percentile))
    -> ConfidenceInterval?
  {
    bootstrap.overIndices(count: first.count) { indices in
      Self.correlation(
        MidRanks(of: indices.map { first[$0] }).ranks,
        MidRanks(of: indices.map { second[$0] }).ranks)
    }
  }

  /// The two-sided p value of "not related" from random pairings, the observed one counted among them.
  ///
  /// O(samples · n).
  ///
  /// **Source:** Phipson and Smyth, "Permutation p-values should never be zero", 2010.
  /// - Parameters:
  ///   - samples: How many pairings are drawn, at least 1.
  ///   - seed: The seed of the pairings.
  public func pValue(samples: Int = 10_000, seed: UInt64 = 0) -> Double {
    precondition(samples > 0, "a sampled test needs at least one sample")
    let fixed = MidRanks(of: first).ranks
    var shuffled = MidRanks(of: second).ranks
    // Mid ranks are multiples of ½ and their products of ¼. So the sums are exact, and they order pairings as
    // ρ does.
    let observed = Self.product(fixed, shuffled)
    var generator = SplitMix64(seed: seed)
    var atMost = 1
    var atLeast = 1
    for _ in 0..<samples {
      generator.shuffle(&shuffled)
      let sum = Self.product(fixed, shuffled)
      if sum <= observed { atMost += 1 }
      if sum >= observed { atLeast += 1 }
    }
    let total = Double(samples + 1)
    return twoSided(lower: Double(atMost) / total, upper: Double(atLeast) / total)
  }

  private static func product(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Pearson's correlation of ranks, whose mean is (n + 1)/2 with and without ties.
  private static func correlation(_ first: [Double], _ second: [Double]) -> Double? {
    let mean = Double(first.count + 1) / 2
    let left = first.map { $0 - mean }
    let right = second.map { $0 - mean }
    let scale = (product(left, left) * product(right, right)).squareRoot()
    guard scale > 0 else { return nil }
    return min(1, max(-1, product(left, right) / scale))
  }
}
