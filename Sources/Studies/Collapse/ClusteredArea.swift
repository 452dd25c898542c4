import LinearAlgebra

/// The interval of an ROC area over runs that come in cells of near copies.
///
/// Cells are resampled whole. DeLong's interval takes every run for independent, and is too narrow by the square root of
/// the runs a cell, at most.
struct ClusteredArea {
  /// For each cell, how many of its runs collapsed and how many did not.
  private let counts: [(positive: Double, negative: Double)]
  /// For each cell with collapsed runs, how many pairs with the other runs of each cell are ordered rightly; a tie is half.
  private let wins: [(cell: Int, by: [Double])]

  init(_ readings: [WarningReadings.Reading], rising: Bool) {
    let groups = Dictionary(grouping: readings, by: \.cell).sorted { $0.key < $1.key }.map(\.value)
    let positives = groups.map { $0.filter(\.isPositive).map(\.value) }
    let negatives = groups.map { group in group.filter { !$0.isPositive }.map(\.value) }
    counts = zip(positives, negatives).map { (Double($0.count), Double($1.count)) }
    wins = positives.indices.filter { !positives[$0].isEmpty }.map { place in
      let won = negatives.map { Self.wins(of: positives[place], over: $0, rising: rising) }
      return (place, won)
    }
  }

  private static func wins(
    of positives: [Double], over negatives: [Double], rising: Bool
  ) -> Double {
    var won = 0.0
    for value in positives {
      for rival in negatives {
        if value == rival { won += 0.5 } else if (value > rival) == rising { won += 1 }
      }
    }
    return won
  }

  /// The percentile interval; nil below two cells or if no pair is ordered wrongly, where it would be a point.
  func interval() -> ConfidenceInterval? {
    let all = counts.map { _ in 1.0 }
    guard let area = area(all), area < 1 else { return nil }
    return BootstrapInterval(.percentile, resamples: 2_000).overIndices(count: counts.count) {
      var weights = [Double](repeating: 0, count: counts.count)
      for cell in $0 { weights[cell] += 1 }
      return self.area(weights)
    }
  }

  private func area(_ weights: [Double]) -> Double? {
    var (positives, negatives, won) = (0.0, 0.0, 0.0)
    for (weight, count) in zip(weights, counts) {
      positives += weight * count.positive
      negatives += weight * count.negative
    }
    for (cell, by) in wins where weights[cell] > 0 {
      for (weight, pairs) in zip(weights, by) { won += weights[cell] * weight * pairs }
    }
    return positives > 0 && negatives > 0 ? won / (positives * negatives) : nil
  }
}
