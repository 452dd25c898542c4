/// The share of the update that survives storing the merged weight in the base's type:
/// ⟨round(W + ΔW) − W, ΔW⟩ / ‖ΔW‖_F². Range: about [0, 1]; 1 if rounding loses nothing, near 0 if the
/// update is far below the spacing of the stored numbers; empty for a zero update.
public enum StorageSurvival: ChangeMetric {
  public static let name = "storage_survival"
  public static let summary =
    "Share of the update that survives rounding to the base's storage type"
  public static let range = "about [0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .entries

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.entries.flatMap { ratio($0.survivingEnergy, $0.energy) }
  }
}
