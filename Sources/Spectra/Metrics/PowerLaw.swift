/// The exponent α of a power law λ^−α fitted to the eigenvalues λ = s² above the cut that fits best.
/// Range: > 1; empty for fewer than 20 positive eigenvalues. Heavy tails have α near 2 to 4; a random
/// matrix has a large one.
///
/// **Source:** Clauset, Shalizi and Newman, "Power-law distributions in empirical data", SIAM Review
/// 51, 2009, equations 3.1 and 3.9; for weights Martin and Mahoney, JMLR 22, 2021.
public enum PowerLawAlpha: SpectrumMetric {
  public static let name = "power_law_alpha"
  public static let summary = "Exponent of a power law fitted to the tail of the eigenvalues"
  public static let range = "> 1"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    spectrum.powerLaw?.alpha
  }
}

/// The Kolmogorov-Smirnov distance between the eigenvalues above the cut and the fitted power law:
/// how far ``PowerLawAlpha`` can be believed. Range: [0, 1]; empty where there is no fit.
///
/// **Source:** Clauset, Shalizi and Newman, SIAM Review 51, 2009, equation 3.9.
public enum PowerLawDistance: SpectrumMetric {
  public static let name = "power_law_distance"
  public static let summary = "Distance between the tail and its fitted power law"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    spectrum.powerLaw?.distance
  }
}

/// ``PowerLawAlpha`` averaged over square windows of one size, so that matrices of different shape
/// compare: the exponent of a whole matrix depends on its aspect ratio. Range: > 1; empty for
/// matrices and updates too small or of too low a rank for a fit.
///
/// Windows have 128 rows and columns (less for a smaller matrix) and lie on an even grid of at most
/// 3×3.
///
/// **Source:** Hu et al., "Eigenspectrum analysis of neural networks without aspect ratio bias",
/// arXiv 2506.06280, 2025, section 3.2.
public enum PowerLawAlphaFARMS: ChangeMetric {
  public static let name = "power_law_alpha_farms"
  public static let summary = "Power law exponent averaged over square windows of one size"
  public static let range = "> 1"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .windows

  public static func value(of change: ChangeMeasurements) -> Double? {
    let alphas = change.windowSpectra.compactMap { PowerLawFit(to: $0)?.alpha }
    return alphas.isEmpty ? nil : alphas.reduce(0, +) / Double(alphas.count)
  }
}

/// A continuous power law p(x) ∝ x^−α fitted to the largest of some positive numbers.
///
/// For every candidate cut the exponent of maximum likelihood is α = 1 + n / Σ ln(xᵢ / x_min) over the
/// n values from the cut on; the cut with the smallest Kolmogorov-Smirnov distance is taken. The
/// recipe, the scan over every value but the largest included, is WeightWatcher's, so that exponents
/// compare.
///
/// **Source:** Clauset, Shalizi and Newman, "Power-law distributions in empirical data", SIAM Review 51,
/// 2009, equations 3.1 and 3.9.
struct PowerLawFit: Sendable {
  /// The exponent, above 1.
  let alpha: Double
  /// The Kolmogorov-Smirnov distance of the tail from the law, in [0, 1].
  let distance: Double
  /// The smallest value that belongs to the tail.
  let cut: Double

  /// The fewest values a fit is made to.
  static let fewest = 20

  /// Fits positive values, largest first.
  /// - Returns: Nothing for fewer than 20 values, or if all are equal.
  /// - Complexity: O(n²), vectorisable exponentials.
  init?(to descending: [Double]) {
    guard descending.count >= Self.fewest else { return nil }
    let logarithms = descending.map(naturalLogarithm)
    var best: PowerLawFit?
    var sum = logarithms[0]
    for last in 1..<descending.count {
      sum += logarithms[last]
      let count = Double(last + 1)
      let spread = sum - count * logarithms[last]
      guard spread > 0 else { continue }
      let alpha = 1 + count / spread
      let bound = best?.distance ?? .infinity
      if let distance = Self.distance(
        logarithms, tailCount: last + 1, alpha: alpha, giveUpAt: bound)
      {
        best = PowerLawFit(alpha: alpha, distance: distance, cut: descending[last])
      }
    }
    guard let best else { return nil }
    self = best
  }

  private init(alpha: Double, distance: Double, cut: Double) {
    self.alpha = alpha
    self.distance = distance
    self.cut = cut
  }

  /// The largest gap between the law's distribution function and the share of the tail that is smaller; nil
  /// as soon as it reaches `bound`, which saves most of the exponentials.
  private static func distance(
    _ logarithms: [Double], tailCount: Int, alpha: Double, giveUpAt bound: Double
  ) -> Double? {
    let cut = logarithms[tailCount - 1]
    var largest = 0.0
    for index in (0..<tailCount).reversed() {
      let theory = 1 - exponential((1 - alpha) * (logarithms[index] - cut))
      let observed = Double(tailCount - 1 - index) / Double(tailCount)
      largest = max(largest, (theory - observed).magnitude)
      if largest >= bound { return nil }
    }
    return largest
  }
}
