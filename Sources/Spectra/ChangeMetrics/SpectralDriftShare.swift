/// The share of the update that changes singular values rather than singular vectors:
/// ‖σ(W₊) − σ(W)‖₂² / ‖ΔW‖_F². Range: [0, 1]; empty for a zero update. Needs the spectrum of W + ΔW.
///
/// **Source:** "ISO", arXiv 2607.19331, 2026.
public enum SpectralDriftShare: ChangeMetric {
  public static let name = "spectral_drift_share"
  public static let summary = "Share of the update that moves singular values, not vectors"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.spectralDisplacement.flatMap { ratio($0, change.update.energy) }
  }
}
