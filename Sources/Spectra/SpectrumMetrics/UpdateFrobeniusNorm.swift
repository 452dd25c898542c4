/// The size of the update, ‖ΔW‖_F = √Σ s². Range: ≥ 0; 0 for a zero update. Unit: that of the weights.
public enum UpdateFrobeniusNorm: SpectrumMetric {
  public static let name = "update_frobenius_norm"
  public static let summary = "Size of the update: root of the sum of its squared entries"
  public static let range = "≥ 0"
  public static let unit = "weight"

  public static func value(of spectrum: Spectrum) -> Double? { spectrum.energy.squareRoot() }
}
