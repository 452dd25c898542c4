/// Where the update lies on average over the base's output directions, as ``EnergyCenterRight``.
/// Range: [0, 1]; 1/2 for a random orientation; empty for a zero update and for p = 1.
public enum EnergyCenterLeft: ChangeMetric {
  public static let name = "energy_center_left"
  public static let summary = "Mean position of the update over the output directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.energyCenter(.left)
  }
}
