/// The largest stretch the update makes, ‖ΔW‖₂ = s₀. Range: ≥ 0; 0 for a zero update. Unit: that of
/// the weights.
public enum UpdateSpectralNorm: SpectrumMetric {
  public static let name = "update_spectral_norm"
  public static let summary = "Largest singular value of the update"
  public static let range = "≥ 0"
  public static let unit = "weight"

  public static func value(of spectrum: Spectrum) -> Double? { spectrum.largest }
}
