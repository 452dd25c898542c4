import LinearAlgebra
import Studies
import Testing

@Suite struct StatisticsBootstrapTests {
  @Test(arguments: BootstrapInterval.Method.allCases)
  func `one seed has no interval`(method: BootstrapInterval.Method) {
    #expect(BootstrapInterval(method).ofMean([0.4]) == nil)
    #expect(BootstrapInterval(method).ofMean([]) == nil)
  }

  @Test(arguments: BootstrapInterval.Method.allCases)
  func `equal values give a point`(method: BootstrapInterval.Method) throws {
    let interval = try #require(BootstrapInterval(method).ofMean([0.5, 0.5, 0.5]))
    #expect(interval.lower == 0.5 && interval.upper == 0.5)
  }

  @Test(arguments: BootstrapInterval.Method.allCases)
  func `two seeds have an interval within their values`(method: BootstrapInterval.Method) throws {
    let interval = try #require(BootstrapInterval(method).ofMean([1, 2]))
    #expect(interval.lower == 1 && interval.upper == 2)
  }

  @Test func `the same seed gives the same interval and another seed another`() {
    let values = [0.1, 0.7, 0.35, 0.52, 0.9, 0.11]
    let interval = BootstrapInterval(resamples: 500, seed: 1).ofMean(values)
    #expect(interval == BootstrapInterval(resamples: 500, seed: 1).ofMean(values))
    #expect(interval != BootstrapInterval(resamples: 500, seed: 2).ofMean(values))
  }

  @Test(arguments: BootstrapInterval.Method.allCases)
  func `an interval stretches with its values`(method: BootstrapInterval.Method) throws {
    let values = [0.1, 0.7, 0.35, 0.52, 0.9, 0.11]
    let plain = try #require(BootstrapInterval(method).ofMean(values))
    let stretched = try #require(BootstrapInterval(method).ofMean(values.map { 4 * $0 }))
    // A power of two stretches each sum without rounding, so that ties stay ties.
    #expect(stretched.lower == 4 * plain.lower && stretched.upper == 4 * plain.upper)
  }

  @Test func `an interval of any statistic of the mean is the interval of the mean`() throws {
    let values = [0.1, 0.7, 0.35, 0.52, 0.9, 0.11]
    let bootstrap = BootstrapInterval(resamples: 2000, seed: 5)
    let other = bootstrap.overIndices(count: values.count) { indices in
      SampleMoments.mean(of: indices.map { values[$0] })
    }
    #expect(bootstrap.ofMean(values) == other)
  }

  @Test func `the interval of a median has values of the sample as ends`() throws {
    let values = [4.0, 8, 15, 16, 23, 42, 108]
    let interval = try #require(
      BootstrapInterval(.percentile).overIndices(count: values.count) { indices in
        SampleQuantile.median(of: indices.map { values[$0] })
      })
    #expect(values.contains(interval.lower) && values.contains(interval.upper))
    #expect(interval.contains(16))
  }

  @Test func `a statistic that is never defined has no interval`() {
    #expect(BootstrapInterval().overIndices(count: 3) { _ in nil } == nil)
  }

  /// 200 studies of 30 values: nominal 0.95, and the bootstrap's own bias at n = 30 is about −0.015.
  /// The share has a standard error of 0.017, so that 0.88 is three of them below 0.935.
  @Test(arguments: BootstrapInterval.Method.allCases)
  func `intervals hold the true mean about as often as they say`(
    method: BootstrapInterval.Method
  ) throws {
    var generator = SplitMix64(seed: 71)
    var held = 0
    for study in 0..<200 {
      let values = gaussians(30, mean: 2, &generator)
      let bootstrap = BootstrapInterval(method, resamples: 2000, seed: UInt64(study))
      if try #require(bootstrap.ofMean(values)).contains(2) { held += 1 }
    }
    #expect(held >= 176 && held <= 199)
  }

  @Test func `with five seeds the percentile interval holds the mean less often than it says`()
    throws
  {
    var generator = SplitMix64(seed: 72)
    var held = 0
    for study in 0..<200 {
      let bootstrap = BootstrapInterval(.percentile, resamples: 2000, seed: UInt64(study))
      if try #require(bootstrap.ofMean(gaussians(5, &generator))).contains(0) { held += 1 }
    }
    // About 0.83 in the limit; three standard errors of 0.027 either way.
    #expect(held >= 150 && held <= 182)
  }
}
