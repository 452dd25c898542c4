/// The size of the update, ‖ΔW‖_F = √Σ s². Range: ≥ 0; 0 for a zero update. Unit: that of the weights.
public enum UpdateFrobeniusNorm: SpectrumMetric {
  public static let name = "update_frobenius_norm"
  public static let summary = "Size of the update: root of the sum of its squared entries"
  public static let range = "≥ 0"
  public static let unit = "weight"

  public static func value(of spectrum: Spectrum) -> Double? { spectrum.norm }
}

/// The largest stretch the update makes, ‖ΔW‖₂ = s₀. Range: ≥ 0; 0 for a zero update. Unit: that of
/// the weights.
public enum UpdateSpectralNorm: SpectrumMetric {
  public static let name = "update_spectral_norm"
  public static let summary = "Largest singular value of the update"
  public static let range = "≥ 0"
  public static let unit = "weight"

  public static func value(of spectrum: Spectrum) -> Double? { spectrum.largest }
}

/// The sum of the singular values, Σ s. Range: ≥ 0; 0 for a zero update. Unit: that of the weights.
public enum NuclearNorm: SpectrumMetric {
  public static let name = "nuclear_norm"
  public static let summary = "Sum of the update's singular values"
  public static let range = "≥ 0"
  public static let unit = "weight"

  public static func value(of spectrum: Spectrum) -> Double? { spectrum.sum }
}

/// The update's size as a share of the base's, ‖ΔW‖_F / ‖W‖_F. Range: ≥ 0; 0 for a zero update;
/// empty for a zero base.
public enum RelativeUpdateNorm: ChangeMetric {
  public static let name = "relative_update_norm"
  public static let summary = "Size of the update relative to the base weight"
  public static let range = "≥ 0"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    ratio(change.update.norm, change.base.norm)
  }
}

/// The cosine between update and base as vectors of entries, ⟨ΔW, W⟩ / (‖ΔW‖_F ‖W‖_F).
/// Range: [−1, 1]; negative where training shrinks the weight; empty for a zero update or base.
public enum CosineToBase: ChangeMetric {
  public static let name = "cosine_to_base"
  public static let summary = "Cosine between update and base weight"
  public static let range = "[−1, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    guard change.hasBaseDirections else { return nil }
    let squares = change.update.energy * change.base.energy
    return ratio(
      change.innerProduct,
      squares.isNormal ? squares.squareRoot() : change.update.norm * change.base.norm)
  }
}
