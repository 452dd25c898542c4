/// The sum of the singular values, Σ s. Range: ≥ 0; 0 for a zero update. Unit: that of the weights.
public enum NuclearNorm: SpectrumMetric {
  public static let name = "nuclear_norm"
  public static let summary = "Sum of the update's singular values"
  public static let range = "≥ 0"
  public static let unit = "weight"

  public static func value(of spectrum: Spectrum) -> Double? { spectrum.sum }
}
