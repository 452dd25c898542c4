import LinearAlgebra
import Studies
import Testing

@Suite struct StatisticsComparisonTests {
  let first = [0.62, 0.71, 0.66, 0.70, 0.59, 0.73]
  let second = [0.55, 0.69, 0.60, 0.64, 0.58, 0.66]

  @Test func `swapping the ways changes the sign of the difference and no p value`() throws {
    let there = try #require(PairedComparison(first, second))
    let back = try #require(PairedComparison(second, first))
    #expect(agree(there.meanDifference, -back.meanDifference))
    #expect(there.signFlip.pValue == back.signFlip.pValue)
    #expect(there.wilcoxon?.pValue == back.wilcoxon?.pValue)
    #expect(there.hedgesG == back.hedgesG.map { -$0 })
  }

  @Test func `six differences of one sign have the smallest p value there is`() throws {
    let comparison = try #require(PairedComparison(first, second))
    #expect(comparison.signFlip.pValue == 2.0 / 64)
    #expect(comparison.wilcoxon?.pValue == 2.0 / 64)
    #expect(comparison.wilcoxon?.rankBiserial == 1)
  }

  @Test func `one seed has a difference, no interval and a p value of 1`() throws {
    let comparison = try #require(PairedComparison([0.5], [0.25]))
    #expect(comparison.meanDifference == 0.25)
    #expect(comparison.interval == nil)
    #expect(comparison.signFlip.pValue == 1)
    #expect(comparison.cohensD == nil && comparison.hedgesG == nil)
  }

  @Test func `equal runs show no difference`() throws {
    let comparison = try #require(PairedComparison(first, first))
    #expect(comparison.signFlip.pValue == 1)
    #expect(comparison.wilcoxon == nil)
    #expect(comparison.cohensD == nil)
  }

  @Test func `only common seeds are compared, in the order of seeds`() throws {
    let comparison = try #require(
      PairedComparison(bySeed: [3: 1.5, 1: 1, 9: 7], [1: 0.5, 3: 0.5, 4: 8]))
    #expect(comparison.differences == [0.5, 1])
    #expect(PairedComparison(bySeed: [1: 2], [2: 2]) == nil)
  }

  @Test func `a sampled sign-flip test is near the exact normal one and never 0`() throws {
    // 40 differences of 0.3 ± 1: the p value of the mean is that of z = Σd / √Σd².
    var generator = SplitMix64(seed: 8)
    let differences = gaussians(40, mean: 0.3, &generator)
    let test = try #require(SignFlipTest(differences: differences, seed: 4))
    let score = differences.reduce(0, +) / differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(!test.isExact)
    #expect(abs(test.pValue - 2 * NormalDistribution.upperTail(abs(score))) < 0.02)
    let sure = try #require(SignFlipTest(differences: [Double](repeating: 1, count: 40)))
    #expect(sure.pValue == 2.0 / 10_001)
  }

  @Test func `one-sided p values of a sign-flip test overlap in the observed pattern`() throws {
    let differences = [0.3, -0.1, 0.25, 0.07]
    let greater = try #require(SignFlipTest(differences: differences, alternative: .greater))
    let less = try #require(SignFlipTest(differences: differences, alternative: .less))
    // No two of the 16 sums are equal: the observed one alone is in both tails.
    #expect(agree(greater.pValue + less.pValue, 1 + 1.0 / 16))
  }

  @Test func `Hedges' correction is near its known approximation and tends to 1`() {
    for degrees in 4...60 {
      let approximation = 1 - 3 / (4 * Double(degrees) - 1)
      #expect(abs(EffectSize.hedgesCorrection(degrees: degrees) - approximation) < 0.003)
    }
    #expect(abs(EffectSize.hedgesCorrection(degrees: 100_000) - 1) < 1e-5)
  }

  @Test func `Cliff's delta is 1 of separate groups and changes sign when they swap`() {
    #expect(EffectSize.cliffsDelta([3, 4], [1, 2]) == 1)
    #expect(EffectSize.cliffsDelta([1, 2], [3, 4]) == -1)
    #expect(EffectSize.cliffsDelta([1, 1], [1]) == 0)
    #expect(EffectSize.cliffsDelta([], [1]) == nil)
  }

  @Test func `the exact and the normal rank-sum test are close where both are fair`() throws {
    var generator = SplitMix64(seed: 12)
    let base = gaussians(20, mean: 0.5, &generator)
    let other = gaussians(20, &generator)
    let exact = try #require(MannWhitney(base, other))
    // One value more in a group crosses the limit; it changes p by little.
    let normal = try #require(MannWhitney(base, other + [0.2]))
    #expect(exact.isExact && !normal.isExact)
    #expect(abs(exact.pValue - normal.pValue) < 0.05)
  }

  @Test func `groups of one value throughout are not told apart`() throws {
    #expect(try #require(MannWhitney([1, 1], [1, 1, 1])).pValue == 1)
    let many = [Double](repeating: 1, count: 30)
    #expect(try #require(MannWhitney(many, many)).pValue == 1)
  }

  @Test func `corrections keep the order, never lower a p value, and Holm's is the larger`() {
    var generator = SplitMix64(seed: 2)
    let raw = (0..<30).map { _ in generator.nextUniform() }
    let holm = HolmCorrection.adjusted(raw)
    let discovery = BenjaminiHochberg.adjusted(raw)
    #expect(zip(raw, discovery).allSatisfy { $0 <= $1 })
    #expect(zip(discovery, holm).allSatisfy { $0 <= $1 })
    let order = raw.indices.sorted { raw[$0] < raw[$1] }
    #expect(zip(order, order.dropFirst()).allSatisfy { holm[$0] <= holm[$1] })
    #expect(HolmCorrection.adjusted([]).isEmpty && BenjaminiHochberg.adjusted([]).isEmpty)
  }
}
