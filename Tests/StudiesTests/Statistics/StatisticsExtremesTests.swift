import LinearAlgebra
import Studies
import Testing

@Suite("Statistics at the ends of the range of Double") struct StatisticsExtremesTests {
  static let samples: [[Double]] = [
    [1e308, 1e308, 1e308], [1e308, -1e308, 1e308], [1.7e308, -1.7e308],
    [Double.leastNonzeroMagnitude, 0, Double.leastNonzeroMagnitude],
    [.greatestFiniteMagnitude, .greatestFiniteMagnitude],
  ]

  @Test(arguments: samples)
  func `mean, median and quantiles of finite values are finite`(values: [Double]) {
    #expect(SampleMoments.mean(of: values)?.isFinite == true)
    #expect(SampleQuantile.median(of: values)?.isFinite == true)
    #expect(SampleQuantile.value(at: 0.3, of: values)?.isFinite == true)
    #expect(SampleMoments.variance(of: values)?.isFinite != false)
  }

  @Test(arguments: samples)
  func `the interval of a mean has finite ends`(values: [Double]) throws {
    for method in BootstrapInterval.Method.allCases {
      let interval = try #require(BootstrapInterval(method, resamples: 200).ofMean(values))
      #expect(interval.lower.isFinite && interval.upper.isFinite)
    }
  }

  @Test(arguments: samples)
  func `a sign test does not depend on the size of the differences`(values: [Double]) throws {
    let scale = values.map(\.magnitude).max() ?? 1
    let test = try #require(SignFlipTest(differences: values))
    #expect(test.meanDifference.isFinite)
    #expect(test.pValue == SignFlipTest(differences: values.map { $0 / scale })?.pValue)
  }

  @Test func `a difference beyond the range of Double is left out`() throws {
    let far = try #require(
      PairedDifference(of: [0: 1e308, 1: 0.5, 2: 0.6], to: [0: -1e308, 1: 0.25, 2: 0.25]))
    #expect(far.estimate.count == 2)
    #expect(PairedDifference(of: [0: 1e308], to: [0: -1e308]) == nil)
  }

  @Test func `a threshold is finite`() throws {
    let largest = Double.greatestFiniteMagnitude
    let cut = try #require(YoudenThreshold(positives: [0], negatives: [largest]))
    #expect(cut.value.isFinite)
  }
}
