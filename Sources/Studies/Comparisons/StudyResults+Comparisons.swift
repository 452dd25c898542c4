import Spectra

extension StudyResults {
  /// The names of all metrics that any run has at any step, sorted.
  public var metricNames: [String] {
    runs.reduce(into: Set<String>()) { names, run in
      for summary in run.steps { names.formUnion(summary.medians.keys) }
    }.sorted()
  }

  /// The baseline first, then the other arms by name: an order that does not hang on the order of the runs.
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
