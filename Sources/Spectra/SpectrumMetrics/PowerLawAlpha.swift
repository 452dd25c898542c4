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
