/// How evenly the update's energy is spread over all p directions: −Σ q ln q / ln p, q = s² / Σ s².
/// Range: [0, 1]; 1 for equal singular values; empty for a zero update and for p = 1.
///
/// **Source:** Alter, Brown and Botstein, "Singular value decomposition for genome-wide expression
/// data", PNAS 97, 2000, equation 5.
public enum SpectralEntropy: SpectrumMetric {
  public static let name = "spectral_entropy"
  public static let summary = "Evenness of the update's energy over all directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    guard spectrum.fullCount > 1 else { return nil }
    return entropy(spectrum.values.lazy.map { $0 * $0 / spectrum.energy })
      / naturalLogarithm(Double(spectrum.fullCount))
  }
}
