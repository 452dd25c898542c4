import LinearAlgebra
import Spectra

/// Training of all weights by reinforcement and on demonstrations, at one learning rate that both have.
///
/// How far an update moves the weights is mostly a matter of the rate: at rates ten times apart a ratio between the two
/// measures the rates. Of the rates that both have, the one is taken at which the one that learns less learns most.
struct TwoTrainings {
  let reinforced: SeedGroup
  let supervised: SeedGroup
  /// The two at the rates, not necessarily equal, at which they reach the same score; nil if they do not.
  let atMatchedScore: (reinforced: SeedGroup, supervised: SeedGroup)?

  /// How far apart two mean scores may be and still count as the same.
  static let scoreTolerance = 0.05

  init(_ study: StudyResults) {
    let demonstrations = { (factors: inout Factors) in factors.objective = "sft" }
    let trained = Self.gains(of: study.curve("full"))
    let shown = Self.gains(of: study.curve("full", demonstrations))
    let matched = trained.keys.filter { shown[$0] != nil }.sorted().max {
      Self.lesser($0, trained, shown) < Self.lesser($1, trained, shown)
    }
    let groups = { (one: Double?, other: Double?) in
      (
        reinforced: study.group("full", at: one),
        supervised: study.group("full", at: other, "sft", demonstrations)
      )
    }
    (reinforced, supervised) = groups(matched, matched)
    let pairs = trained.filter { $0.value > 0 }.flatMap { one in
      shown.filter { $0.value > 0 }.map { (one, $0, distance: abs(one.value - $0.value)) }
    }.filter { $0.distance <= Self.scoreTolerance && $0.0.key != $0.1.key }
    atMatchedScore = pairs.min { ($0.distance, $0.0.key) < ($1.distance, $1.0.key) }
      .map { groups($0.0.key, $0.1.key) }
  }

  /// The mean gain at each rate with enough seeds.
  private static func gains(of runs: [StudyRun]) -> [Double: Double] {
    StudyResults.rates(of: runs).reduce(into: [:]) { found, rate in
      let gains = runs.at(rate: rate).compactMap(\.gain)
      if gains.count >= MarginTest.fewestSeeds { found[rate] = SampleMoments.mean(of: gains) }
    }
  }

  private static func lesser(
    _ rate: Double, _ one: [Double: Double], _ other: [Double: Double]
  ) -> Double {
    min(one[rate] ?? -.infinity, other[rate] ?? -.infinity)
  }

  /// The conditions that both trainings learn.
  var improve: [MarginTest] { [reinforced, supervised].map { $0.gain(.above, margin: 0) } }

  /// How far the weights moved, and the same metrics at rates of equal score: shown beside every ratio.
  func asides(_ metrics: [String]) -> [MarginTest] {
    let norm = ratio(of: RelativeUpdateNorm.name, .above, factor: 1)
    guard let (one, other) = atMatchedScore else { return [norm] }
    return [norm]
      + metrics.map { metric in
        other.by(one, .above, factor: 1, what: "at equal score, \(metric)") { $0.final(metric) }
      }
  }

  /// The ratio of a metric under supervision to the same metric under reinforcement.
  /// - Parameters:
  ///   - metric: The column.
  ///   - direction: What is claimed of the ratio.
  ///   - factor: The margin.
  func ratio(of metric: String, _ direction: MarginTest.Direction, factor: Double) -> MarginTest {
    supervised.by(reinforced, direction, factor: factor, what: metric) { $0.final(metric) }
  }

  /// A metric under reinforcement minus the same metric under supervision.
  /// - Parameters:
  ///   - metric: The column.
  ///   - direction: What is claimed of the difference.
  ///   - margin: The margin.
  func difference(
    of metric: String, _ direction: MarginTest.Direction, margin: Double
  ) -> MarginTest {
    reinforced.less(supervised, direction, margin: margin, what: metric) { $0.final(metric) }
  }
}
