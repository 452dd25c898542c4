import LinearAlgebra

/// The mean of one number per seed, with its interval.
public struct Estimate: Codable, Equatable, Sendable {
  /// In the unit of the values.
  public var mean: Double
  /// The bootstrap interval of the mean; nil for one value.
  public var interval: ConfidenceInterval?
  /// How many values it is computed from.
  public var count: Int

  /// How intervals over three to five seeds are made: percentiles of the resampled means.
  ///
  /// The accelerated kind estimates a bias and a skewness, for which three to five values are too few: its
  /// ends jump from one extreme resample to another. Percentiles stay between the least and the greatest
  /// value, hence between 0 and 1 for accuracies. They are too narrow. With three seeds the interval is the
  /// range of the sample, which contains the middle of a symmetric distribution in 75 % of studies. With five
  /// seeds a nominal 95 % means 80 … 85 %.
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
  ///   - bootstrap: How the interval is made.
  public init?(of values: [Double], bootstrap: BootstrapInterval = Self.bootstrap) {
    // Sorted: neither the sum nor the resamples may depend on the order of the runs.
    let values = values.filter(\.isFinite).sorted()
    guard let mean = SampleMoments.mean(of: values) else { return nil }
    self.init(mean: mean, interval: bootstrap.ofMean(values), count: values.count)
  }
}
