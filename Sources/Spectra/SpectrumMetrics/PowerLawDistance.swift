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
