import LinearAlgebra
import Studies
import Testing

@Suite struct StatisticsCorrelationTests {
  @Test func `values in one order correlate by 1, in the opposite one by -1`() {
    #expect(SpearmanCorrelation([1, 2, 5, 9], [0, 10, 11, 400])?.coefficient == 1)
    #expect(SpearmanCorrelation([1, 2, 5, 9], [3, 2, 1, 0])?.coefficient == -1)
  }

  @Test func `a rising transform changes no correlation`() {
    var generator = SplitMix64(seed: 5)
    let first = gaussians(15, &generator)
    let second = gaussians(15, &generator)
    let cubed = SpearmanCorrelation(first.map { $0 * $0 * $0 }, second)
    #expect(SpearmanCorrelation(first, second)?.coefficient == cubed?.coefficient)
  }

  @Test func `a constant or a single run has no correlation`() {
    #expect(SpearmanCorrelation([1, 2], [3, 3]) == nil)
    #expect(SpearmanCorrelation([1], [3]) == nil)
    #expect(SpearmanCorrelation([], []) == nil)
  }

  @Test func `the interval holds the coefficient and is within -1 and 1`() throws {
    var generator = SplitMix64(seed: 6)
    let first = gaussians(20, &generator)
    let second = zip(first, gaussians(20, &generator)).map { $0 + $1 }
    let correlation = try #require(SpearmanCorrelation(first, second))
    let interval = try #require(correlation.interval(.init(.percentile, resamples: 2000)))
    #expect(interval.contains(correlation.coefficient))
    #expect(interval.lower >= -1 && interval.upper <= 1)
  }

  /// Of 5! pairings of five runs one is in full order and one in reverse: twice the smaller tail is
  /// 2/120, and 20,000 samples have a standard error of 0.0013 for it.
  @Test func `the p value of five runs in order is the share of full orders`() throws {
    let correlation = try #require(SpearmanCorrelation([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))
    #expect(abs(correlation.pValue(samples: 20_000, seed: 1) - 2.0 / 120) < 0.004)
  }

  @Test func `moments of few values are the textbook's`() {
    #expect(SampleMoments.mean(of: [1, 2, 6]) == 3)
    #expect(SampleMoments.variance(of: [1, 2, 6]) == 7)
    #expect(SampleMoments.variance(of: [1]) == nil && SampleMoments.mean(of: []) == nil)
    #expect(SampleQuantile.median(of: []) == nil)
  }
}
