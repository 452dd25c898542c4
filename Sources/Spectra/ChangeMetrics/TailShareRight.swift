/// The share of the update that acts on the last K of the base's p input directions. Range: [0, 1];
/// K/in for a random orientation; empty for a zero update.
public enum TailShareRight: ChangeMetric {
  public static let name = "tail_share_right"
  public static let summary = "Share of the update on the base's last K input directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.tailShare(.right)
  }
}
