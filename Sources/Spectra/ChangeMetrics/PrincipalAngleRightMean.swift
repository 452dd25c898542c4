import LinearAlgebra

/// The mean of the K angles of ``PrincipalAngleRightMax``, in degrees. Range: [0, 90]. Needs the spectrum
/// of W + ΔW.
public enum PrincipalAngleRightMean: ChangeMetric {
  public static let name = "principal_angle_right_mean"
  public static let summary = "Mean rotation of the top-K input subspace"
  public static let range = "[0, 90]"
  public static let unit = "degrees"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.angles.flatMap { mean($0.right.degrees) }
  }
}
