/// The share of the update that writes into the base's K principal output directions:
/// ‖U_Kᵀ ΔW‖_F² / ‖ΔW‖_F². Range: [0, 1]; K/out for an update in a random orientation
/// (``HeadShareNull``); empty for a zero update.
///
/// **Source:** as ``HeadShareRight``.
public enum HeadShareLeft: ChangeMetric {
  public static let name = "head_share_left"
  public static let summary = "Share of the update on the base's top-K output directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.headShare(.left)
  }
}
