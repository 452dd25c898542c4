import Diagnosis
import LinearAlgebra
import Spectra

/// All comparisons between the runs of a study. The order of the runs does not change them.
public struct StudyComparison: Codable, Equatable, Sendable {
  /// Each arm at each learning rate.
  public var summaries: [ArmSummary]
  /// Each arm at its own best learning rate.
  public var ownBest: [OwnBest]
  /// Each metric as a warning of collapse.
  public var warnings: [EarlyWarning]
  /// The best of them, with the choice of the metric judged too.
  package var bestWarnings: [BestWarning]

  /// Compares the runs of a study.
  /// - Parameters:
  ///   - study: All runs.
  ///   - bootstrap: How intervals over seeds are made.
  public init(of study: StudyResults, bootstrap: BootstrapInterval = Estimate.bootstrap) {
    summaries = ArmSummary.summaries(of: study, bootstrap: bootstrap)
    ownBest = OwnBest.all(of: study, bootstrap: bootstrap)
    warnings = EarlyWarning.all(of: study)
    bestWarnings = EarlyWarning.best(of: study)
  }

  /// The warnings at the shares of training after which enough runs collapsed, on enough seeds: from fewer, some metric
  /// tells every collapse by chance.
  package var rankedWarnings: [EarlyWarning] {
    let seeds = Set(summaries.flatMap(\.seeds)).count
    guard seeds >= EarlyWarning.leastSeeds else { return [] }
    return warnings.filter { $0.positives >= EarlyWarning.leastCollapses }
  }
}

extension StudyResults {
  /// The names of all metrics that any run has at any step, sorted.
  public var metricNames: [String] {
    runs.reduce(into: Set<String>()) { names, run in
      for summary in run.steps { names.formUnion(summary.medians.keys) }
    }.sorted()
  }

  /// The baseline first, then the other arms by name: an order that does not depend on the order of the runs.
  var sortedArms: [String] {
    let arms = Set(runs.map(\.arm)).sorted()
    return arms.filter { $0 == baseline } + arms.filter { $0 != baseline }
  }
}

extension [StudyRun] {
  /// The final score of each seed; the mean where a seed was run more than once, so that it counts once.
  var meanScoresBySeed: [Int: Double] {
    var scores: [Int: [Double]] = [:]
    for run in self {
      if let seed = run.seed, let score = run.finalScore, score.isFinite {
        scores[seed, default: []].append(score)
      }
    }
    return scores.compactMapValues { SampleMoments.mean(of: $0.sorted()) }
  }
}

/// Everything that is written about a study except its runs: the contents of study.json.
public struct StudyDocument: Codable, Equatable, Sendable {
  public var title: String
  public var command: [String]
  public var version: String
  public var common: Factors
  public var baseline: String
  public var runCount: Int
  /// K of the head shares and principal angles; nil if that is not known.
  public var topCount: Int?
  /// The kernels that computed the runs, with ` + ` between several; nil if that is not known.
  public var kernels: String?
  public var comparison: StudyComparison
  public var claims: [JudgedClaim]

  /// Compares the runs and judges claims.
  /// - Parameters:
  ///   - study: All runs.
  ///   - judged: The claims; none for runs that are not meant to test any.
  ///   - command: The command line that made the report.
  ///   - version: Of this program.
  public init(
    of study: StudyResults, judging judged: [any Claim.Type] = ClaimRegistry.all, command: [String],
    version: String
  ) {
    title = study.title
    self.command = command
    self.version = version
    common = study.common
    baseline = study.baseline
    runCount = study.runs.count
    topCount = study.topCount
    kernels = study.kernels.isEmpty ? nil : study.kernels.joined(separator: " + ")
    comparison = StudyComparison(of: study)
    claims = ClaimRegistry.judge(study, judged)
  }
}
