import LinearAlgebra

/// How much of the K leading left singular subspace of W is kept: ‖U_Kᵀ U₊‖_F² / K. Range: [0, 1];
/// 1 if it did not rotate, K/out expected for an unrelated one. Needs the spectrum of W + ΔW.
public enum SubspaceOverlapLeft: ChangeMetric {
  public static let name = "subspace_overlap_left"
  public static let summary = "Share of the top-K output subspace that is kept"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.angles?.left.overlap
  }
}
