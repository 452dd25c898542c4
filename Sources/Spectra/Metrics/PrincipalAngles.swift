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

/// The mean of the K angles of ``PrincipalAngleLeftMax``, in degrees. Range: [0, 90]. Needs the spectrum
/// of W + ΔW.
public enum PrincipalAngleLeftMean: ChangeMetric {
  public static let name = "principal_angle_left_mean"
  public static let summary = "Mean rotation of the top-K output subspace"
  public static let range = "[0, 90]"
  public static let unit = "degrees"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.angles.flatMap { SampleMoments.mean(of: $0.left.degrees) }
  }
}

/// The mean of the K angles of ``PrincipalAngleRightMax``, in degrees. Range: [0, 90]. Needs the spectrum
/// of W + ΔW.
public enum PrincipalAngleRightMean: ChangeMetric {
  public static let name = "principal_angle_right_mean"
  public static let summary = "Mean rotation of the top-K input subspace"
  public static let range = "[0, 90]"
  public static let unit = "degrees"
  public static let needs: ChangeMeasurements.Wanted = .adapted

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.angles.flatMap { SampleMoments.mean(of: $0.right.degrees) }
  }
}

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
