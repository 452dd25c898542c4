import LinearAlgebra

extension ROCArea {
  /// The percentile interval of the area over resamples that draw positives from positives and
  /// negatives from negatives.
  ///
  /// Nil if a group has one score, and where `variance` is 0, as for `interval(level:)`.
  /// O(resamples · n).
  ///
  /// **Source:** Carpenter and Bithell, "Bootstrap confidence intervals", Statistics in Medicine 19,
  /// 2000; stratified, as the number of positive runs is part of the design.
  /// - Parameters:
  ///   - level: The nominal coverage, in (0, 1).
  ///   - resamples: How many resamples are drawn, at least 1.
  ///   - seed: The seed of the resampling.
  public func bootstrapInterval(
    level: Double = 0.95, resamples: Int = 10_000, seed: UInt64 = 0
  ) -> ConfidenceInterval? {
    precondition(level > 0 && level < 1, "a level lies between 0 and 1")
    precondition(resamples > 0, "an interval needs at least one resample")
    guard let variance, variance > 0 else { return nil }
    var generator = SplitMix64(seed: seed)
    let table = Wins(positives: positives, negatives: negatives)
    let areas = (0..<resamples).map { _ in table.resampledArea(&generator) }.sorted()
    guard let lower = SampleQuantile.value(at: (1 - level) / 2, ofSorted: areas),
      let upper = SampleQuantile.value(at: (1 + level) / 2, ofSorted: areas)
    else { return nil }
    return ConfidenceInterval(lower: lower, upper: upper, level: level)
  }

  /// The scores as places among the distinct values, so that a resample is a histogram.
  private struct Wins {
    let positives: [Int], negatives: [Int]
    let distinct: Int

    init(positives: [Double], negatives: [Double]) {
      let sorted = Set(positives + negatives).sorted()
      let places = Dictionary(uniqueKeysWithValues: zip(sorted, sorted.indices))
      self.positives = positives.compactMap { places[$0] }
      self.negatives = negatives.compactMap { places[$0] }
      distinct = sorted.count
    }

    func resampledArea(_ generator: inout SplitMix64) -> Double {
      let positive = histogram(of: positives, &generator)
      let negative = histogram(of: negatives, &generator)
      var below = 0
      var doubledWins = 0
      for place in 0..<distinct {
        doubledWins += positive[place] * (2 * below + negative[place])
        below += negative[place]
      }
      return Double(doubledWins) / 2 / (Double(positives.count) * Double(negatives.count))
    }

    private func histogram(of places: [Int], _ generator: inout SplitMix64) -> [Int] {
      var counts = [Int](repeating: 0, count: distinct)
      for _ in places { counts[places[generator.nextIndex(below: places.count)]] += 1 }
      return counts
    }
  }
}
