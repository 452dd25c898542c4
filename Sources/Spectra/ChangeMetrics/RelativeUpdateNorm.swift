/// The update's size as a share of the base's, ‖ΔW‖_F / ‖W‖_F. Range: ≥ 0; 0 for a zero update;
/// empty for a zero base.
public enum RelativeUpdateNorm: ChangeMetric {
  public static let name = "relative_update_norm"
  public static let summary = "Size of the update relative to the base weight"
  public static let range = "≥ 0"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    ratio(change.update.energy.squareRoot(), change.base.energy.squareRoot())
  }
}
