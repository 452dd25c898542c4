public import Diagnosis
import LinearAlgebra

/// The results of the runs of one arm at one learning rate, and their comparison with the baseline.
public struct ArmSummary: Codable, Equatable, Sendable {
  public var arm: String
  /// What the runs have in common: arm and learning rate.
  public var factors: Factors
  /// Ascending. Runs without a seed are counted only in `runs`.
  public var seeds: [Int]
  public var runs: Int
  /// The final score over runs; nil if no run has one.
  public var score: Estimate?
  /// The mean score at the start of the runs.
  public var startScore: Double?
  /// Final minus start, run by run.
  public var gain: Estimate?
  /// How many of `runs` are lost at their end.
  public var collapsed: Int
  /// The median step at which collapsed runs fell; nil without any.
  public var collapseStep: Double?
  /// The difference to the baseline arm at the same learning rate, on common seeds; nil without any. Holm's
  /// correction is over all arms but the baseline at this rate; the baseline's own difference is 0.
  public var difference: PairedDifference?
  /// The mean over runs of each metric's median over matrices at the run's last step.
  public var medians: [String: Double]

  /// The summary of some runs of one arm at one rate; nil without runs.
  ///
  /// - Parameters:
  ///   - runs: Runs that differ in their seed alone, in any order.
  ///   - baseline: The score of each seed of the baseline at the same rate.
  ///   - metrics: The names of the metrics whose medians are wanted.
  ///   - measure: What the runs are judged by.
  ///   - bootstrap: How intervals are made.
  public init?(
    of runs: [StudyRun], baseline: [Int: Double], metrics: [String],
    measure: Measure = .examination,
    bootstrap: BootstrapInterval = Estimate.bootstrap
  ) {
    // Sorted by name: no sum may depend on the order in which runs were read.
    let runs = runs.sorted { $0.name < $1.name }
    guard let first = runs.first else { return nil }
    arm = first.arm
    factors = first.factors
    seeds = Set(runs.compactMap(\.seed)).sorted()
    self.runs = runs.count
    score = Estimate(of: runs.finalScores, in: measure.range, bootstrap: bootstrap)
    startScore = SampleMoments.mean(of: runs.startScores.filter(\.isFinite))
    let gains = runs.compactMap { run in
      run.finalScore.flatMap { final in run.startScore.map { final - $0 } }
    }
    let width = measure.range.map { $0.upperBound - $0.lowerBound } ?? .infinity
    gain = Estimate(of: gains, in: -width...width, bootstrap: bootstrap)
    let ends = runs.map(CollapseRecord.init)
    collapsed = ends.count { $0.isCollapsed }
    collapseStep = SampleQuantile.median(of: ends.compactMap { $0.collapseStep.map(Double.init) })
    difference = PairedDifference(
      of: runs.meanScoresBySeed, to: baseline, in: measure.range, bootstrap: bootstrap)
    medians = metrics.reduce(into: [:]) { medians, metric in
      medians[metric] = SampleMoments.mean(of: runs.final(metric).filter(\.isFinite))
    }
  }

  /// The summaries of a study: the baseline first, then the other arms by name, each by ascending rate, with
  /// unknown rates first.
  ///
  /// - Parameters:
  ///   - study: All runs.
  ///   - metrics: The metrics whose medians are wanted; nil for all that the runs have.
  ///   - bootstrap: How intervals are made.
  public static func summaries(
    of study: StudyResults, metrics: [String]? = nil,
    bootstrap: BootstrapInterval = Estimate.bootstrap
  ) -> [ArmSummary] {
    let metrics = metrics ?? study.metricNames
    let baselines = Dictionary(grouping: study.runs(ofArm: study.baseline)) {
      $0.factors.learningRate
    }.mapValues(\.meanScoresBySeed)
    var summaries: [ArmSummary] = []
    for arm in study.sortedArms {
      let byRate = Dictionary(grouping: study.runs(ofArm: arm)) { $0.factors.learningRate }
      for rate in byRate.keys.sorted(by: { ($0 ?? -.infinity) < ($1 ?? -.infinity) }) {
        let summary = ArmSummary(
          of: byRate[rate] ?? [], baseline: baselines[rate] ?? [:], metrics: metrics,
          measure: study.measure, bootstrap: bootstrap)
        if let summary { summaries.append(summary) }
      }
    }
    return corrected(summaries, baseline: study.baseline)
  }

  /// Corrects the p values of all arms but the baseline, rate by rate.
  private static func corrected(_ summaries: [ArmSummary], baseline: String) -> [ArmSummary] {
    var summaries = summaries
    let families = Dictionary(grouping: summaries.indices.filter { summaries[$0].arm != baseline })
    { summaries[$0].factors.learningRate }
    for family in families.values {
      let differences = PairedDifference.corrected(family.map { summaries[$0].difference })
      for (place, difference) in zip(family, differences) {
        summaries[place].difference = difference
      }
    }
    return summaries
  }
}
