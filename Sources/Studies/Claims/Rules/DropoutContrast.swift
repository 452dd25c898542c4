/// Runs with and without dropout on the adapter path, at a learning rate at which PiSSA learns without
/// dropout.
///
/// The rate for a seed is chosen on the other seeds. A rate at which this very run did well by luck would
/// make the run with dropout look worse than it is.
struct DropoutContrast {
  let study: StudyResults
  /// The smallest dropout above 0 that PiSSA was run with.
  let dropout: Double
  /// For each seed, the highest learning rate of such runs at which most of PiSSA's other seeds improve
  /// without dropout.
  let rates: [Int: Double]

  /// Nil where the study has no such runs, or PiSSA learns at none of their rates.
  init?(_ study: StudyResults) {
    let values = study.runs.filter { $0.factors.adapter == "pissa" }.compactMap(\.factors.dropout)
    guard let dropout = values.filter({ $0 > 0 }).min() else { return nil }
    self.study = study
    self.dropout = dropout
    let dropped = study.curve("pissa") { Self.drop(dropout, &$0) }
    let known = Set(StudyResults.rates(of: dropped))
    let clean = study.curve("pissa") { $0.dropout = 0 }
      .filter { $0.factors.learningRate.map(known.contains) ?? false }
    rates = Set(clean.compactMap(\.seed)).reduce(into: [:]) { rates, seed in
      let others = clean.filter { $0.seed != seed }
      rates[seed] = StudyResults.highestHealthyRate(
        of: [others], fewest: MarginTest.fewestSeeds - 1)
    }
    if rates.isEmpty { return nil }
  }

  /// The chosen learning rates, as written in a verdict.
  var rateWords: String {
    Set(rates.values).sorted().map { "\($0)" }.joined(separator: " or ")
  }

  /// An adapter's runs without dropout.
  func clean(_ adapter: String) -> SeedGroup {
    group("\(adapter), dropout 0", study.curve(adapter) { $0.dropout = 0 })
  }

  /// An adapter's runs with dropout, sampled without its masks unless a change says otherwise.
  func dropped(
    _ adapter: String, _ words: String = "", _ change: (inout Factors) -> Void = { _ in }
  ) -> SeedGroup {
    let runs = study.curve(adapter) {
      Self.drop(dropout, &$0)
      change(&$0)
    }
    return group("\(adapter), dropout \(dropout)\(words)", runs)
  }

  /// The effect of dropout on an adapter's score, one number per seed.
  func effect(of adapter: String) -> [Int: Double] {
    let scores = clean(adapter).values(\.finalScore)
    return dropped(adapter).values(\.finalScore).reduce(into: [:]) { effects, pair in
      if let score = scores[pair.key] { effects[pair.key] = pair.value - score }
    }
  }

  private func group(_ name: String, _ runs: [StudyRun]) -> SeedGroup {
    SeedGroup(
      name: "\(name) at \(rateWords)",
      runs: runs.filter { run in
        run.seed.map { rates[$0] == run.factors.learningRate } ?? false
      })
  }

  private static func drop(_ dropout: Double, _ factors: inout Factors) {
    factors.dropout = dropout
    factors.samplesWithDropout = false
    factors.forcesUnitRatio = false
  }
}
