/// The share of entries whose bfloat16 roundings before and after the update are bitwise equal.
/// Range: [0, 1]; 1 for a zero update.
///
/// **Source:** arXiv 2511.08567, 2025, section 3 and proposition E.3.
public enum BF16UpdateSparsity: ChangeMetric {
  public static let name = "bf16_update_sparsity"
  public static let summary = "Share of entries that do not change in bfloat16"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .entries

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.entries.map { 1 - Double($0.changed) / Double($0.count) }
  }
}
