/// Where the update lies on average over the base's input directions: Σ j êⱼ / (p − 1).
/// Range: [0, 1]; 0 on the first, 1 on the last direction, 1/2 for a random orientation; empty for a
/// zero update and for p = 1.
public enum EnergyCenterRight: ChangeMetric {
  public static let name = "energy_center_right"
  public static let summary = "Mean position of the update over the input directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.energyCenter(.right)
  }
}
