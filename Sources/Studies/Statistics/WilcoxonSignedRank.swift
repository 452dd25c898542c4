/// The signed-rank test of paired differences.
///
/// Differences of 0 are left out, equal magnitudes share their rank. Up to 50 pairs the distribution
/// is counted exactly, given the ties; above it is normal, its variance reduced by the ties.
///
/// **Source:** Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1, 1945;
/// Pratt and Gibbons, "Concepts of Nonparametric Theory", 1981, chapter 3, for ties.
public struct WilcoxonSignedRank: Sendable, Equatable, Codable {
  /// W⁺: the sum of the ranks of the positive differences, in 0 … n(n + 1)/2.
  public let positiveRankSum: Double
  /// How many differences are not 0.
  public let count: Int
  /// In (0, 1].
  public let pValue: Double
  /// Whether the distribution was counted and not taken as normal.
  public let isExact: Bool

  /// The most differences whose distribution is counted.
  public static let exactLimit = 50

  /// Tests that the differences are symmetric about 0; nil where all are 0 or there is none.
  ///
  /// O(n³) up to `exactLimit`, O(n log n) above.
  /// - Parameters:
  ///   - differences: First minus second of each pair; no NaN.
  ///   - alternative: What is held against the null hypothesis.
  public init?(differences: [Double], alternative: Alternative = .twoSided) {
    let nonzero = differences.filter { $0 != 0 }
    guard !nonzero.isEmpty else { return nil }
    let magnitudes = MidRanks(of: nonzero.map { abs($0) })
    let sum = zip(nonzero, magnitudes.ranks).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
    positiveRankSum = sum
    count = nonzero.count
    isExact = nonzero.count <= Self.exactLimit
    let tails =
      isExact
      ? Self.exactTails(at: sum, ranks: magnitudes.ranks)
      : Self.normalTails(at: sum, ranks: magnitudes)
    pValue = alternative.pValue(lower: tails.lower, upper: tails.upper)
  }

  /// W⁺ less W⁻, by their sum: 1 if all differences are positive, −1 if all are negative.
  ///
  /// **Source:** Kerby, "The simple difference formula", Comprehensive Psychology 3, 2014.
  public var rankBiserial: Double {
    let total = Double(count) * Double(count + 1) / 2
    return 2 * positiveRankSum / total - 1
  }

  private static func exactTails(
    at sum: Double, ranks: [Double]
  ) -> (lower: Double, upper: Double) {
    // Twice the ranks are whole numbers, with ties also.
    let doubled = ranks.map { Int(2 * $0) }
    var probability = [1.0] + [Double](repeating: 0, count: doubled.reduce(0, +))
    var reach = 0
    for rank in doubled {
      reach += rank
      for value in stride(from: reach, through: 0, by: -1) {
        let taken = value >= rank ? probability[value - rank] : 0
        probability[value] = (probability[value] + taken) / 2
      }
    }
    let observed = Int(2 * sum)
    return (probability[...observed].reduce(0, +), probability[observed...].reduce(0, +))
  }

  private static func normalTails(
    at sum: Double, ranks: MidRanks
  ) -> (lower: Double, upper: Double) {
    let count = Double(ranks.ranks.count)
    let mean = count * (count + 1) / 4
    let variance = count * (count + 1) * (2 * count + 1) / 24 - ranks.tieTerm / 48
    let score = (sum - mean) / variance.squareRoot()
    return (NormalDistribution.cumulative(score), NormalDistribution.upperTail(score))
  }
}
