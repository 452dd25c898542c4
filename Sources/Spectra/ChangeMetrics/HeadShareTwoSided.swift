/// The share of the update that maps principal input directions to principal output directions:
/// ‖U_Kᵀ ΔW V_K‖_F² / ‖ΔW‖_F². Range: [0, 1]; K²/(out·in) for a random orientation; empty for a zero
/// update.
public enum HeadShareTwoSided: ChangeMetric {
  public static let name = "head_share_two_sided"
  public static let summary = "Share of the update between top-K input and output directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    min(1, change.twoSidedHeadEnergy / change.update.energy)
  }
}
