import LinearAlgebra

/// The mean of one number per seed, with its interval.
public struct Estimate: Codable, Equatable, Sendable {
  /// In the unit of the values.
  public var mean: Double
  /// The wider of Student's and the bootstrap interval of the mean at each end; nil for one value. Of a quantity
  /// with a known range only what lies in it.
  public var interval: ConfidenceInterval?
  /// How many values it is computed from.
  public var count: Int

  /// The bootstrap half of intervals over seeds: percentiles of the resampled means.
  ///
  /// Alone they are too narrow: with five seeds a nominal 95 % means 80 … 85 %, with three 75 %. So the wider of this and
  /// Student's interval is taken at each end, as verdicts do. The accelerated kind estimates a bias and a skewness, for
  /// which three to five values are too few.
  ///
  /// **Source:** Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, section 13.3.
  public static let bootstrap = BootstrapInterval(.percentile, resamples: 4_000)

  public init(mean: Double, interval: ConfidenceInterval?, count: Int) {
    self.mean = mean
    self.interval = interval
    self.count = count
  }

  /// The estimate from values in any order; nil without values.
  ///
  /// Values that are not finite are no measurements and are left out. O(resamples · n).
  /// - Parameters:
  ///   - values: One number per seed.
  ///   - range: Between what the values can lie; nil if that is not known.
  ///   - bootstrap: The level of the interval, and how many resamples its bootstrap half draws.
  public init?(
    of values: [Double], in range: ClosedRange<Double>? = nil,
    bootstrap: BootstrapInterval = Self.bootstrap
  ) {
    // Sorted: neither the sum nor the resamples may depend on the order of the runs.
    let values = values.filter(\.isFinite).sorted()
    guard let mean = SampleMoments.mean(of: values) else { return nil }
    let interval = SeedInterval.ofMean(
      values, level: bootstrap.level, resamples: bootstrap.resamples)
    self.init(
      mean: mean, interval: interval.map { whole in range.map(whole.within) ?? whole },
      count: values.count)
  }
}
