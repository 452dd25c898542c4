import LinearAlgebra

/// The largest angle between the K leading left singular subspaces of W and of W + ΔW, in degrees.
/// Range: [0, 90]. Needs the spectrum of W + ΔW.
///
/// **Source:** Björck and Golub, Mathematics of Computation 27, 1973; on updates arXiv 2511.08567,
/// section 4.1.
public enum PrincipalAngleLeftMax: ChangeMetric {
  public static let name = "principal_angle_left_max"
  public static let summary = "Largest rotation of the top-K output subspace"
  public static let range = "[0, 90]"
  public static let unit = "degrees"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.angles?.left.degrees.last
  }
}
