import LinearAlgebra

/// The mean of the K angles of ``PrincipalAngleLeftMax``, in degrees. Range: [0, 90]. Needs the spectrum
/// of W + ΔW.
public enum PrincipalAngleLeftMean: ChangeMetric {
  public static let name = "principal_angle_left_mean"
  public static let summary = "Mean rotation of the top-K output subspace"
  public static let range = "[0, 90]"
  public static let unit = "degrees"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.angles.flatMap { mean($0.left.degrees) }
  }
}
