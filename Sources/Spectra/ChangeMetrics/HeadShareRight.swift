/// The share of the update that acts on the base's K principal input directions:
/// ‖ΔW V_K‖_F² / ‖ΔW‖_F². Range: [0, 1]; K/in for an update in a random orientation
/// (``HeadShareNull``); empty for a zero update.
///
/// **Source:** the energy of arXiv 2512.23165, section 3.1, summed over the head.
public enum HeadShareRight: ChangeMetric {
  public static let name = "head_share_right"
  public static let summary = "Share of the update on the base's top-K input directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.headShare(.right)
  }
}
