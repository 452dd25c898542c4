/// The lowest learning rate at which training is lost.
enum DeathRate {
  /// That of each seed that has a run at every rate.
  ///
  /// A seed that is lost at none has the rate one step of the grid above the highest: it died later than
  /// those that died there, and how much later the study does not say.
  /// - Parameters:
  ///   - runs: The runs of one curve.
  ///   - rates: The grid, ascending, at least two.
  static func bySeed(_ runs: [StudyRun], rates: [Double]) -> [Int: Double] {
    let lost = rates.map { rate in
      SeedGroup(name: "", runs: runs.at(rate: rate))
        .values { $0.finalScore == nil ? nil : $0.isLost ? 1 : 0 }
    }
    let seeds = Set(runs.compactMap(\.seed)).filter { seed in
      lost.allSatisfy { $0[seed] != nil }
    }
    return seeds.reduce(into: [:]) { found, seed in
      let place = lost.firstIndex { $0[seed] == 1 }
      found[seed] = place.map { rates[$0] } ?? beyond(rates)
    }
  }

  /// The lowest rate at which at least half of the seeds are lost, as ``bySeed(_:rates:)`` where none is;
  /// nil where a rate of the grid has too few seeds.
  static func ofMost(_ runs: [StudyRun], rates: [Double]) -> Double? {
    let shares = rates.map { rate -> Double? in
      let scored = runs.at(rate: rate).filter { $0.finalScore != nil }
      guard scored.count >= MarginTest.fewestSeeds else { return nil }
      return Double(scored.count(where: \.isLost)) / Double(scored.count)
    }
    guard !shares.contains(nil) else { return nil }
    return shares.firstIndex { ($0 ?? 0) >= 0.5 }.map { rates[$0] } ?? beyond(rates)
  }

  private static func beyond(_ rates: [Double]) -> Double {
    let last = rates[rates.count - 1]
    return last * (last / rates[rates.count - 2])
  }
}
