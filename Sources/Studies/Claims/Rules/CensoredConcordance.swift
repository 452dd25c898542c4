import LinearAlgebra

/// Whether a number orders quantities that are known only to lie between bounds.
///
/// Goodman and Kruskal's γ over the pairs that are told apart: (concordant − discordant) by their sum. Pairs whose
/// brackets overlap, or whose numbers are equal, count for nothing.
///
/// **Source:** Goodman and Kruskal, "Measures of association for cross classifications", JASA 49, 1954; Harrell et al.,
/// "Evaluating the yield of medical tests", JAMA 247, 1982, for censored pairs.
struct CensoredConcordance {
  private let numbers: [Double]
  /// 1 where the first of two quantities is certainly larger, −1 where it is certainly smaller.
  private let orders: [[Int]]
  /// The units with equal numbers, which are drawn together: they are one start under several names.
  private let clusters: [[Int]]

  init(_ units: [(number: Double, bracket: DeathBracket)]) {
    numbers = units.map(\.number)
    orders = units.map { one in
      units.map { other in
        one.bracket.isBelow(other.bracket) ? -1 : other.bracket.isBelow(one.bracket) ? 1 : 0
      }
    }
    let groups = Dictionary(grouping: units.indices) { units[$0].number }
    clusters = groups.sorted { $0.key < $1.key }.map(\.value)
  }

  /// In −1 … 1; nil if no pair is told apart.
  var coefficient: Double? { Self.coefficient(of: Array(numbers.indices), numbers, orders) }

  /// How many pairs are told apart.
  var pairs: Int {
    numbers.indices.reduce(0) { sum, one in
      sum + (0..<one).count { orders[one][$0] != 0 && numbers[one] != numbers[$0] }
    }
  }

  /// The percentile bootstrap interval over clusters.
  func interval() -> ConfidenceInterval? {
    BootstrapInterval(.percentile, resamples: 2_000).overIndices(count: clusters.count) { drawn in
      Self.coefficient(of: drawn.flatMap { clusters[$0] }, numbers, orders)
    }
  }

  /// The share of permutations of the clusters' numbers whose coefficient is as far from 0, the sample itself included.
  func pValue(permutations: Int = 2_000) -> Double {
    guard let coefficient else { return 1 }
    var generator = SplitMix64(seed: 0)
    var order = Array(clusters.indices)
    var extreme = 1
    for _ in 0..<permutations {
      generator.shuffle(&order)
      var shuffled = numbers
      for (cluster, source) in zip(clusters, order) {
        for unit in cluster { shuffled[unit] = numbers[clusters[source][0]] }
      }
      let found = Self.coefficient(of: Array(numbers.indices), shuffled, orders) ?? 0
      if abs(found) >= abs(coefficient) { extreme += 1 }
    }
    return Double(extreme) / Double(permutations + 1)
  }

  private static func coefficient(
    of units: [Int], _ numbers: [Double], _ orders: [[Int]]
  ) -> Double? {
    var (sum, count) = (0, 0)
    for (place, one) in units.enumerated() {
      for other in units[..<place] where orders[one][other] != 0 && numbers[one] != numbers[other] {
        sum += numbers[one] > numbers[other] ? orders[one][other] : -orders[one][other]
        count += 1
      }
    }
    return count > 0 ? Double(sum) / Double(count) : nil
  }
}
