import Foundation
import LinearAlgebra

/// The values that NumPy, SciPy and plain enumeration give; see `make_statistics.py`.
struct StatisticsFixture: Decodable {
  struct Quantiles: Decodable {
    let values: [Double], probabilities: [Double], quantiles: [Double], ranks: [Double]
    let median: Double
  }

  struct Normal: Decodable {
    let probabilities: [Double], quantiles: [Double], points: [Double], cumulative: [Double]
  }

  struct Signed: Decodable {
    let differences: [Double]
    let pValue: Double
    let hedges: Double?
  }

  struct Area: Decodable {
    let positives: [Double], negatives: [Double]
    let area: Double, variance: Double, lower: Double, upper: Double
  }

  struct Correction: Decodable {
    let pValues: [Double], holm: [Double]
  }

  struct Correlation: Decodable {
    let first: [Double], second: [Double]
    let coefficient: Double
  }

  struct Bootstrap: Decodable {
    enum CodingKeys: String, CodingKey {
      case values, deviation, percentile
      case accelerated = "BCa"
    }

    let values: [Double], percentile: [Double], accelerated: [Double]
    let deviation: Double
  }

  struct Share: Decodable {
    let successes: Int, trials: Int
    let lower: Double, upper: Double
  }

  let quantiles: [Quantiles]
  let normal: Normal
  let signed: [Signed]
  let areas: [Area]
  let corrections: [Correction]
  let correlations: [Correlation]
  let bootstraps: [Bootstrap]
  let shares: [Share]

  static func read() throws -> StatisticsFixture {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/statistics/golden.json")
    return try JSONDecoder().decode(StatisticsFixture.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers agree to `tolerance`, relative to the larger one above 1.
func agree(_ first: Double, _ second: Double, _ tolerance: Double = 1e-12) -> Bool {
  first == second || abs(first - second) <= tolerance * max(1, abs(first), abs(second))
}

/// Whether two lists agree in each number.
func agree(_ first: [Double], _ second: [Double], _ tolerance: Double = 1e-12) -> Bool {
  first.count == second.count && zip(first, second).allSatisfy { agree($0, $1, tolerance) }
}

/// Independent normal numbers of deviation 1.
func gaussians(_ count: Int, mean: Double = 0, _ generator: inout SplitMix64) -> [Double] {
  (0..<count).map { _ in mean + generator.nextGaussian() }
}
