import LinearAlgebra

/// The largest angle between the K leading right singular subspaces of W and of W + ΔW, in degrees.
/// Range: [0, 90]. Needs the spectrum of W + ΔW.
///
/// **Source:** as ``PrincipalAngleLeftMax``.
public enum PrincipalAngleRightMax: ChangeMetric {
  public static let name = "principal_angle_right_max"
  public static let summary = "Largest rotation of the top-K input subspace"
  public static let range = "[0, 90]"
  public static let unit = "degrees"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.angles?.right.degrees.last
  }
}
