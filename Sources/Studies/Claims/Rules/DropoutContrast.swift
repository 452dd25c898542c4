/// Runs with and without dropout on the adapter path, at a rate that PiSSA learns at without.
struct DropoutContrast {
  let study: StudyResults
  /// The smallest dropout above 0 that PiSSA was run with.
  let dropout: Double
  /// The highest learning rate of such runs at which most seeds of PiSSA improve without dropout.
  let rate: Double

  /// Nil where the study has no such runs, or PiSSA learns at none of their rates.
  init?(_ study: StudyResults) {
    let values = study.runs.filter { $0.factors.adapter == "pissa" }.compactMap(\.factors.dropout)
    guard let dropout = values.filter({ $0 > 0 }).min() else { return nil }
    let dropped = study.curve("pissa") {
      $0.dropout = dropout
      $0.samplesWithDropout = false
      $0.forcesUnitRatio = false
    }
    let clean = study.curve("pissa") { $0.dropout = 0 }.filter { run in
      dropped.contains { $0.factors.learningRate == run.factors.learningRate }
    }
    guard let rate = StudyResults.highestHealthyRate(of: [clean]) else { return nil }
    self.study = study
    self.dropout = dropout
    self.rate = rate
  }

  /// An adapter's runs without dropout.
  func clean(_ adapter: String) -> SeedGroup {
    study.group(adapter, at: rate, "dropout 0") { $0.dropout = 0 }
  }

  /// An adapter's runs with dropout, sampled without its masks unless a change says otherwise.
  func dropped(
    _ adapter: String, _ words: String = "", _ change: (inout Factors) -> Void = { _ in }
  ) -> SeedGroup {
    study.group(adapter, at: rate, "dropout \(dropout)\(words)") {
      $0.dropout = dropout
      $0.samplesWithDropout = false
      $0.forcesUnitRatio = false
      change(&$0)
    }
  }

  /// What dropout does to an adapter's score, a number a seed.
  func effect(of adapter: String) -> [Int: Double] {
    let scores = clean(adapter).values(\.finalScore)
    return dropped(adapter).values(\.finalScore).reduce(into: [:]) { effects, pair in
      if let score = scores[pair.key] { effects[pair.key] = pair.value - score }
    }
  }
}
