/// The share of the update that acts on the base's K principal input directions:
/// ‖ΔW V_K‖_F² / ‖ΔW‖_F². Range: [0, 1]; K/in for an update in a random orientation
/// (`HeadShareNull`); empty for a zero update.
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

/// The share of the update that writes into the base's K principal output directions:
/// ‖U_Kᵀ ΔW‖_F² / ‖ΔW‖_F². Range: [0, 1]; K/out for an update in a random orientation
/// (`HeadShareNull`); empty for a zero update.
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

/// How many standard deviations ``HeadShareRight`` lies from what a random orientation of the same update
/// would give. About N(0, 1) if the update is unrelated to the base; empty if the null has no spread.
///
/// **Source:** `HeadShareNull`.
public enum NullZRight: ChangeMetric {
  public static let name = "null_z_right"
  public static let summary =
    "Share on the base's top-K input directions, in standard deviations from chance"
  public static let range = "real; about N(0, 1) by chance"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.headShareNull(.right).standardScore(of: change.headShare(.right))
  }
}

/// How many standard deviations ``HeadShareLeft`` lies from what a random orientation of the same update
/// would give. About N(0, 1) if the update is unrelated to the base; empty if the null has no spread.
///
/// **Source:** `HeadShareNull`.
public enum NullZLeft: ChangeMetric {
  public static let name = "null_z_left"
  public static let summary =
    "Share on the base's top-K output directions, in standard deviations from chance"
  public static let range = "real; about N(0, 1) by chance"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.headShareNull(.left).standardScore(of: change.headShare(.left))
  }
}

extension ChangeMeasurements {
  /// The share of ‖ΔW‖_F² on the K leading directions of one side.
  func headShare(_ side: Side) -> Double {
    min(1, energies[side][..<topCount].reduce(0, +) / update.energy)
  }

  /// What a random orientation of this update would give for the head share of one side.
  func headShareNull(_ side: Side) -> HeadShareNull {
    HeadShareNull(
      values: update.values, count: topCount,
      dimension: side == .right ? shape.columns : shape.rows)
  }
}
