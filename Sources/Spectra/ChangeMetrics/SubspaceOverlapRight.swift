import LinearAlgebra

/// How much of the K leading right singular subspace of W is kept: ‖V_Kᵀ V₊‖_F² / K. Range: [0, 1];
/// 1 if it did not rotate, K/in expected for an unrelated one. Needs the spectrum of W + ΔW.
public enum SubspaceOverlapRight: ChangeMetric {
  public static let name = "subspace_overlap_right"
  public static let summary = "Share of the top-K input subspace that is kept"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.angles?.right.overlap
  }
}
