/// How far the singular values moved, relative to their size: ‖σ(W₊) − σ(W)‖₂ / ‖σ(W)‖₂.
/// Range: [0, relative_update_norm], by Mirsky's inequality; empty for a zero base. Needs the spectrum
/// of W + ΔW.
///
/// **Source:** Zhu et al., "The path not taken: RLVR provably learns off the principals",
/// arXiv 2511.08567, 2025, section 4.1.
public enum NormalizedSpectralShift: ChangeMetric {
  public static let name = "normalized_spectral_shift"
  public static let summary = "Movement of the base's singular values, relative to their size"
  public static let range = "[0, relative_update_norm]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.spectralDisplacement.flatMap {
      ratio($0.squareRoot(), change.base.energy.squareRoot())
    }
  }
}
