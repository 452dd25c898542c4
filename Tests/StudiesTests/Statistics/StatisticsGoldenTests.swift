import LinearAlgebra
import Studies
import Testing

/// Doubles of sums of at most a hundred terms: 1e-12 leaves room for another order of additions.
@Suite struct StatisticsGoldenTests {
  let golden: StatisticsFixture

  init() throws { golden = try StatisticsFixture.read() }

  @Test func `quantiles and median are NumPy's`() {
    for sample in golden.quantiles {
      let found = sample.probabilities.compactMap {
        SampleQuantile.value(at: $0, of: sample.values)
      }
      #expect(agree(found, sample.quantiles))
      #expect(SampleQuantile.median(of: sample.values).map { agree($0, sample.median) } == true)
    }
  }

  @Test func `mid ranks are SciPy's`() {
    for sample in golden.quantiles { #expect(MidRanks(of: sample.values).ranks == sample.ranks) }
  }

  @Test func `normal quantiles and probabilities are SciPy's`() {
    let normal = golden.normal
    #expect(agree(normal.probabilities.map(NormalDistribution.quantile), normal.quantiles))
    for (point, expected) in zip(normal.points, normal.cumulative) {
      #expect(abs(NormalDistribution.cumulative(point) / expected - 1) < 1e-12)
    }
  }

  @Test func `the sign-flip test counts what a full list of signs gives`() throws {
    for sample in golden.signed {
      let test = try #require(SignFlipTest(differences: sample.differences))
      #expect(test.isExact)
      #expect(agree(test.pValue, sample.pValue))
    }
  }

  @Test func `effect sizes of pairs are those of gamma functions`() throws {
    for sample in golden.signed {
      guard let expected = sample.hedges else { continue }
      #expect(try agree(#require(EffectSize.pairedHedges(sample.differences)), expected))
    }
  }

  @Test func `the area, its variance and its interval are those of DeLong's double sums`() throws {
    for sample in golden.areas {
      let area = try #require(ROCArea(positives: sample.positives, negatives: sample.negatives))
      let interval = try #require(area.interval())
      #expect(agree(area.area, sample.area))
      #expect(try agree(#require(area.variance), sample.variance))
      #expect(agree([interval.lower, interval.upper], [sample.lower, sample.upper]))
    }
  }

  @Test func `corrected p values are the closed form's`() {
    for sample in golden.corrections {
      #expect(agree(HolmCorrection.adjusted(sample.pValues), sample.holm))
    }
  }

  @Test func `rank correlations are SciPy's`() throws {
    for sample in golden.correlations {
      let correlation = try #require(SpearmanCorrelation(sample.first, sample.second))
      #expect(agree(correlation.coefficient, sample.coefficient))
    }
  }

  @Test func `Wilson's intervals are SciPy's`() throws {
    for sample in golden.shares {
      let interval = try #require(
        ConfidenceInterval.ofShare(sample.successes, of: sample.trials))
      #expect(agree([interval.lower, interval.upper], [sample.lower, sample.upper]))
    }
  }

  /// The 2.5 % quantile of B = 200,000 normal replicates has a standard error of
  /// √(0.025 · 0.975 / B) / 0.0584 = 0.006 deviations, the golden one of 400,000 less. 0.05 is six
  /// of both, with room for the heavier tail of the skewed sample.
  @Test(arguments: BootstrapInterval.Method.allCases)
  func `bootstrap intervals of the mean are SciPy's`(method: BootstrapInterval.Method) throws {
    for sample in golden.bootstraps {
      let interval = try #require(
        BootstrapInterval(method, resamples: 200_000, seed: 3).ofMean(sample.values))
      let expected = method == .percentile ? sample.percentile : sample.accelerated
      #expect(abs(interval.lower - expected[0]) < 0.05 * sample.deviation)
      #expect(abs(interval.upper - expected[1]) < 0.05 * sample.deviation)
    }
  }
}
