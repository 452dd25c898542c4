/// Of the entries that change in bfloat16, the share within the principal mask: the 30 % of entries
/// largest in absolute value in the rank-K reconstruction of W. Range: [0, 1]; 0.3 if changes fall
/// anywhere; empty where nothing changes.
///
/// **Source:** arXiv 2511.08567, 2025, section 4.2.
public enum PrincipalMaskOverlap: ChangeMetric {
  public static let name = "principal_mask_overlap"
  public static let summary = "Share of bfloat16 changes among the principal 30 % of entries"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .entries

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.entries.flatMap { ratio(Double($0.changedPrincipal), Double($0.changed)) }
  }
}
