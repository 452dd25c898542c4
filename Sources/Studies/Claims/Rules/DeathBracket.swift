/// Between which learning rates of a grid training begins to be lost.
///
/// A grid does not say where between two rates. A curve that survives its highest rate is lost somewhere above it, if at
/// all. Neither is replaced by a number.
struct DeathBracket: Equatable {
  /// The highest rate below `upper` that was tried; 0 if there is none. Training survives it.
  let lower: Double
  /// The lowest rate at which at least half of the runs are lost; infinite if there is none.
  let upper: Double

  /// The bracket of a curve, over the rates with enough seeds; nil with fewer than two of them.
  init?(of runs: [StudyRun]) {
    let shares = StudyResults.rates(of: runs).compactMap { rate -> (rate: Double, isLost: Bool)? in
      let scored = runs.at(rate: rate).filter { $0.finalScore != nil }
      guard scored.count >= MarginTest.fewestSeeds else { return nil }
      return (rate, 2 * scored.count(where: \.isLost) >= scored.count)
    }
    guard shares.count > 1 else { return nil }
    let first = shares.firstIndex(where: \.isLost) ?? shares.count
    lower = first > 0 ? shares[first - 1].rate : 0
    upper = first < shares.count ? shares[first].rate : .infinity
  }

  /// Whether it is certain that this curve is lost at a lower rate than another.
  func isBelow(_ other: DeathBracket) -> Bool { upper <= other.lower }

  var words: String {
    upper.isFinite
      ? lower > 0 ? "between \(lower) and \(upper)" : "at or below \(upper)" : "above \(lower)"
  }

  /// Whether the run of each seed is lost; seeds without a score are left out.
  static func losses(of runs: [StudyRun]) -> [Int: Bool] {
    runs.reduce(into: [:]) { found, run in
      if let seed = run.seed, run.finalScore != nil { found[seed] = run.isLost }
    }
  }
}
