import LinearAlgebra
import Studies
import Testing

/// Synthetic studies: five methods against a baseline on ten common seeds.
@Suite struct StatisticsErrorRateTests {
  private static let studies = 200
  private static let level = 0.05

  /// Adjusted p values of one study; the first method is better by `effect`.
  private func study(effect: Double, _ generator: inout SplitMix64) throws -> [Double] {
    // A common part of each seed, and the baseline in all comparisons: the tests are dependent.
    let seeds = gaussians(10, &generator)
    let baseline = zip(seeds, gaussians(10, &generator)).map { $0 + $1 / 2 }
    let raw = try (0..<5).map { method in
      let shift = method == 0 ? effect : 0
      let values = zip(seeds, gaussians(10, &generator)).map { $0 + $1 / 2 + shift }
      return try #require(SignFlipTest(differences: zip(values, baseline).map { $0 - $1 })).pValue
    }
    return HolmCorrection.adjusted(raw)
  }

  @Test func `without an effect a study finds one no more often than the level`() throws {
    var generator = SplitMix64(seed: 90)
    var found = 0
    for _ in 0..<Self.studies {
      if try study(effect: 0, &generator).contains(where: { $0 <= Self.level }) { found += 1 }
    }
    let error = (Self.level * (1 - Self.level) / Double(Self.studies)).squareRoot()
    #expect(Double(found) / Double(Self.studies) <= Self.level + 3 * error)
  }

  /// The effect is two deviations of a difference: in nearly every study all ten differences are positive, or
  /// almost.
  @Test func `a planted effect is found, and the others are not`() throws {
    var generator = SplitMix64(seed: 91)
    var found = 0
    var mistaken = 0
    for _ in 0..<Self.studies {
      let adjusted = try study(effect: 1.5, &generator)
      if adjusted[0] <= Self.level { found += 1 }
      if adjusted.dropFirst().contains(where: { $0 <= Self.level }) { mistaken += 1 }
    }
    #expect(found >= 190)
    #expect(mistaken <= 19)
  }
}
