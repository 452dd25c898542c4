public import Diagnosis
import LinearAlgebra

/// What an arm reaches at its own best learning rate, chosen on other seeds than it is judged on.
///
/// For each seed, the rate is the one with the best mean score over the other seeds (the lower rate of equals), among the rates that the seed itself was run at. The seed's score at that rate counts. So an arm
/// does not gain from the luck of the seeds that its rate was chosen on. The choices of two seeds share most
/// of their data, which makes the interval slightly too narrow.
///
/// Arms with more rates have more to choose from: see `rates`.
///
/// **Source:** Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the
/// Royal Statistical Society B 36, 1974.
public struct OwnBest: Codable, Equatable, Sendable {
  public var arm: String
  /// The factors of the arm, without the learning rate.
  public var factors: Factors
  /// The rates that the arm was run at, ascending.
  public var rates: [Double]
  /// The seeds that are judged, ascending.
  public var seeds: [Int]
  /// The rate chosen for each of `seeds`.
  public var chosenRates: [Double]
  /// The rate with the best mean score over its seeds, and that mean: what to take. Of the rates with the most seeds, and
  /// the lower one of equals.
  public var bestRate: Double
  public var bestRateMean: Double
  /// The score of each of `seeds` at its chosen rate.
  public var scores: [Double]
  public var score: Estimate
  /// The difference to the baseline's own best, on common seeds; nil without any. Holm's correction is over
  /// all arms but the baseline, whose own difference is 0.
  public var difference: PairedDifference?

  /// An arm's own best; nil if no seed can be judged (with several rates that takes two seeds).
  /// - Parameters:
  ///   - runs: The runs of one arm with seed and rate, in any order; others are left out.
  ///   - measure: What the runs are judged by.
  ///   - bootstrap: How the interval is made.
  public init?(
    of runs: [StudyRun], measure: Measure = .examination,
    bootstrap: BootstrapInterval = Estimate.bootstrap
  ) {
    let byRate = Dictionary(grouping: runs) { $0.factors.learningRate }
      .mapValues(\.meanScoresBySeed)
    let table = byRate.compactMap { rate, scores in rate.map { (rate: $0, scores: scores) } }
      .filter { !$0.scores.isEmpty }.sorted { $0.rate < $1.rate }
    guard let first = runs.min(by: { $0.name < $1.name }) else { return nil }
    arm = first.arm
    factors = first.factors.withoutRate
    rates = table.map(\.rate)
    let most = table.map(\.scores.count).max() ?? 0
    let means = table.filter { $0.scores.count == most }.compactMap { row in
      SampleMoments.mean(of: row.scores.values.sorted()).map { (rate: row.rate, mean: $0) }
    }
    let sign = measure.shouldRise ? 1.0 : -1
    guard let best = means.max(by: { (sign * $0.mean, $1.rate) < (sign * $1.mean, $0.rate) })
    else { return nil }
    (bestRate, bestRateMean) = (best.rate, best.mean)
    let seeds = Set(table.flatMap(\.scores.keys)).sorted()
    let judged = seeds.compactMap { seed in
      Self.choice(for: seed, in: table, shouldRise: measure.shouldRise).map {
        (seed: seed, rate: $0.rate, score: $0.score)
      }
    }
    self.seeds = judged.map(\.seed)
    chosenRates = judged.map(\.rate)
    scores = judged.map(\.score)
    guard let score = Estimate(of: scores, in: measure.range, bootstrap: bootstrap) else {
      return nil
    }
    self.score = score
  }

  /// Each arm's own best, the baseline first and the others by name.
  /// - Parameters:
  ///   - study: All runs.
  ///   - bootstrap: How intervals are made.
  public static func all(
    of study: StudyResults, bootstrap: BootstrapInterval = Estimate.bootstrap
  ) -> [OwnBest] {
    var all = study.sortedArms.compactMap {
      OwnBest(of: study.runs(ofArm: $0), measure: study.measure, bootstrap: bootstrap)
    }
    guard let baseline = all.first(where: { $0.arm == study.baseline })?.bySeed else { return all }
    for place in all.indices {
      all[place].difference = PairedDifference(
        of: all[place].bySeed, to: baseline, in: study.measure.range, bootstrap: bootstrap)
    }
    let family = all.indices.filter { all[$0].arm != study.baseline }
    let differences = PairedDifference.corrected(family.map { all[$0].difference })
    for (place, difference) in zip(family, differences) { all[place].difference = difference }
    return all
  }

  private var bySeed: [Int: Double] { Dictionary(uniqueKeysWithValues: zip(seeds, scores)) }

  /// The rate that the other seeds choose for one, and its score there.
  private static func choice(
    for seed: Int, in table: [(rate: Double, scores: [Int: Double])], shouldRise: Bool
  ) -> (rate: Double, score: Double)? {
    let open = table.compactMap { row in
      row.scores[seed].map { (rate: row.rate, score: $0, scores: row.scores) }
    }
    // With one rate nothing is chosen, so nothing has to be left out.
    if open.count == 1, table.count == 1 { return (open[0].rate, open[0].score) }
    var best: (rate: Double, score: Double, rank: Double)?
    for row in open {
      let others = row.scores.filter { $0.key != seed }.values.sorted()
      guard let mean = SampleMoments.mean(of: others) else { continue }
      let rank = shouldRise ? mean : -mean
      if rank > best?.rank ?? -.infinity { best = (row.rate, row.score, rank) }
    }
    return best.map { ($0.rate, $0.score) }
  }
}
