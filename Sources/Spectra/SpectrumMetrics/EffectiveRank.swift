/// The exponential of the entropy of the singular values: exp(−Σ q ln q), q = s / Σ s.
/// Range: [1, p]; empty for a zero update.
///
/// **Source:** Roy and Vetterli, "The effective rank: a measure of effective dimensionality",
/// EUSIPCO 2007, definition 1.
public enum EffectiveRank: SpectrumMetric {
  public static let name = "effective_rank"
  public static let summary = "Exponential of the entropy of the update's singular values"
  public static let range = "[1, p]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    exponential(entropy(spectrum.values.lazy.map { $0 / spectrum.sum }))
  }
}
