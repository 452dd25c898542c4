/// The share of the update's energy in its first direction, s₀² / Σ s²: one over the stable rank.
/// Range: (0, 1]; empty for a zero update.
public enum TopShare: SpectrumMetric {
  public static let name = "top_share"
  public static let summary = "Share of the update's energy in its first direction"
  public static let range = "(0, 1]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    spectrum.largest * spectrum.largest / spectrum.energy
  }
}
