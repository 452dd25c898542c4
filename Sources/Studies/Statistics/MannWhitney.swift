/// The rank-sum test of two independent groups.
///
/// Up to 40 values in all the distribution is counted exactly, given the ties; above it is normal,
/// with ties and the continuity correction of ½.
///
/// **Source:** Mann and Whitney, "On a test of whether one of two random variables is
/// stochastically larger than the other", Annals of Mathematical Statistics 18, 1947; Lehmann,
/// "Nonparametrics", 1975, equation 1.35, for the variance with ties.
public struct MannWhitney: Sendable, Equatable, Codable {
  /// U: the pairs in which the first group's value is larger, ties counting half.
  public let statistic: Double
  /// U by the number of pairs: the probability that a value of the first group is the larger one.
  public let superiority: Double
  /// In (0, 1].
  public let pValue: Double
  /// Whether the distribution was counted and not taken as normal.
  public let isExact: Bool

  /// The most values of both groups whose distribution is counted.
  public static let exactLimit = 40

  /// Tests that both groups stem from one distribution; nil if a group is empty.
  ///
  /// O(n⁴) for n values up to `exactLimit` (10⁶ additions at most), O(n log n) above.
  /// - Parameters:
  ///   - first: The first group, no NaN.
  ///   - second: The second group, no NaN.
  ///   - alternative: What is held against the null hypothesis.
  public init?(_ first: [Double], _ second: [Double], alternative: Alternative = .twoSided) {
    guard !first.isEmpty, !second.isEmpty else { return nil }
    let ranks = MidRanks(of: first + second)
    let rankSum = ranks.ranks.prefix(first.count).reduce(0, +)
    let own = Double(first.count) * Double(first.count + 1) / 2
    statistic = rankSum - own
    superiority = statistic / (Double(first.count) * Double(second.count))
    isExact = ranks.ranks.count <= Self.exactLimit
    let tails =
      isExact
      ? Self.exactTails(at: rankSum, ranks: ranks.ranks, choosing: first.count)
      : Self.normalTails(at: statistic, ranks: ranks, choosing: first.count)
    pValue = alternative.pValue(lower: tails.lower, upper: tails.upper)
  }

  /// Counts the choices of `size` ranks by their sum.
  private static func exactTails(
    at rankSum: Double, ranks: [Double], choosing size: Int
  ) -> (lower: Double, upper: Double) {
    // Twice the ranks are whole numbers, with ties also. Counts stay below 2⁴⁰: doubles hold them
    // exactly.
    let doubled = ranks.map { Int(2 * $0) }
    let width = doubled.reduce(0, +) + 1
    var ways = [Double](repeating: 0, count: (size + 1) * width)
    ways[0] = 1
    for (seen, rank) in doubled.enumerated() {
      for chosen in stride(from: min(seen + 1, size), to: 0, by: -1) {
        for sum in rank..<width {
          ways[chosen * width + sum] += ways[(chosen - 1) * width + sum - rank]
        }
      }
    }
    let counts = ways[(size * width)...]
    let observed = counts.startIndex + Int(2 * rankSum)
    let total = counts.reduce(0, +)
    return (counts[...observed].reduce(0, +) / total, counts[observed...].reduce(0, +) / total)
  }

  private static func normalTails(
    at statistic: Double, ranks: MidRanks, choosing size: Int
  ) -> (lower: Double, upper: Double) {
    let count = Double(ranks.ranks.count)
    let pairs = Double(size) * (count - Double(size))
    let variance = pairs / 12 * (count + 1 - ranks.tieTerm / (count * (count - 1)))
    guard variance > 0 else { return (1, 1) }
    let deviation = variance.squareRoot()
    let distance = statistic - pairs / 2
    return (
      NormalDistribution.cumulative((distance + 0.5) / deviation),
      NormalDistribution.upperTail((distance - 0.5) / deviation)
    )
  }
}
