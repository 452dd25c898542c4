/// Of the entries that change in bfloat16, the share among the 30 % of entries of W smallest in
/// absolute value (all entries equal to the bound included). Range: [0, 1]; above 0.3 even for a
/// random update, since small entries change more easily: compare with the sampled null. Empty where
/// nothing changes.
///
/// **Source:** arXiv 2511.08567, 2025, section 4.2.
public enum LowMagnitudeMaskOverlap: ChangeMetric {
  public static let name = "low_magnitude_mask_overlap"
  public static let summary = "Share of bfloat16 changes among the smallest 30 % of entries"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .entries

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.entries.flatMap { ratio(Double($0.changedLowMagnitude), Double($0.changed)) }
  }
}
