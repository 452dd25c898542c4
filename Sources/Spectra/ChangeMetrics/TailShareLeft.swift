/// The share of the update that writes into the last K of the base's p output directions.
/// Range: [0, 1]; K/out for a random orientation; empty for a zero update.
public enum TailShareLeft: ChangeMetric {
  public static let name = "tail_share_left"
  public static let summary = "Share of the update on the base's last K output directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.tailShare(.left)
  }
}
