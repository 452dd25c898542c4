import LinearAlgebra
import Studies
import Testing

@Suite struct StatisticsComparisonTests {
  /// Scores by seed.
  let first = [1: 0.62, 2: 0.71, 3: 0.66, 4: 0.70, 5: 0.59, 6: 0.73]
  let second = [1: 0.55, 2: 0.69, 3: 0.60, 4: 0.64, 5: 0.58, 6: 0.66]

  @Test func `swapping the ways changes the sign of the difference and no p value`() throws {
    let there = try #require(PairedDifference(of: first, to: second))
    let back = try #require(PairedDifference(of: second, to: first))
    #expect(agree(there.estimate.mean, -back.estimate.mean))
    #expect(there.pValue == back.pValue)
    #expect(there.hedgesG == back.hedgesG.map { -$0 })
  }

  @Test func `six differences of one sign have the smallest p value there is`() throws {
    #expect(try #require(PairedDifference(of: first, to: second)).pValue == 2.0 / 64)
  }

  @Test func `one seed has a difference, no interval and a p value of 1`() throws {
    let difference = try #require(PairedDifference(of: [7: 0.5], to: [7: 0.25]))
    #expect(difference.estimate == Estimate(mean: 0.25, interval: nil, count: 1))
    #expect(difference.pValue == 1)
    #expect(difference.hedgesG == nil)
  }

  @Test func `equal runs show no difference`() throws {
    let difference = try #require(PairedDifference(of: first, to: first))
    #expect(difference.pValue == 1)
    #expect(difference.hedgesG == nil)
  }

  @Test func `only common seeds are compared`() throws {
    let difference = try #require(
      PairedDifference(of: [3: 1.5, 1: 1, 9: 7], to: [1: 0.5, 3: 0.5, 4: 8]))
    #expect(difference.estimate.mean == 0.75)
    #expect(difference.estimate.count == 2)
    #expect(PairedDifference(of: [1: 2], to: [2: 2]) == nil)
  }

  @Test func `a sampled sign-flip test is near the exact normal one and never 0`() throws {
    // 40 differences of 0.3 ± 1: the p value of the mean is that of z = Σd / √Σd².
    var generator = SplitMix64(seed: 8)
    let differences = gaussians(40, mean: 0.3, &generator)
    let test = try #require(SignFlipTest(differences: differences, seed: 4))
    let score = differences.reduce(0, +) / differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(!test.isExact)
    #expect(abs(test.pValue - 2 * NormalDistribution.cumulative(-abs(score))) < 0.02)
    let sure = try #require(SignFlipTest(differences: [Double](repeating: 1, count: 40)))
    #expect(sure.pValue == 2.0 / 10_001)
  }

  @Test func `Hedges' correction is near its known approximation and tends to 1`() {
    for degrees in 4...60 {
      let approximation = 1 - 3 / (4 * Double(degrees) - 1)
      #expect(abs(EffectSize.hedgesCorrection(degrees: degrees) - approximation) < 0.003)
    }
    #expect(abs(EffectSize.hedgesCorrection(degrees: 100_000) - 1) < 1e-5)
  }

  @Test func `Holm's correction keeps the order and never lowers a p value`() {
    var generator = SplitMix64(seed: 2)
    let raw = (0..<30).map { _ in generator.nextUniform() }
    let holm = HolmCorrection.adjusted(raw)
    #expect(zip(raw, holm).allSatisfy { $0 <= $1 })
    let order = raw.indices.sorted { raw[$0] < raw[$1] }
    #expect(zip(order, order.dropFirst()).allSatisfy { holm[$0] <= holm[$1] })
    #expect(HolmCorrection.adjusted([]).isEmpty)
  }
}
