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

/// Of the entries that change in bfloat16, the share within the principal mask: the 30 % of entries that are
/// largest in absolute value in the rank-K reconstruction of W. Range: [0, 1]; 0.3 if the changes are spread
/// at random; empty if nothing changes.
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

/// Of the entries that change in bfloat16, the share among the 30 % of entries of W that are smallest in
/// absolute value (including all entries equal to the bound). Range: [0, 1]; above 0.3 even for a random
/// update, since small entries change more easily: compare with the sampled null. Empty if nothing changes.
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

/// The share of the update that survives storing the merged weight in the base's type:
/// ⟨round(W + ΔW) − W, ΔW⟩ / ‖ΔW‖_F². Range: about [0, 1]; 1 if rounding loses nothing, near 0 if the
/// update is far below the spacing of the stored numbers; empty for a zero update.
public enum StorageSurvival: ChangeMetric {
  public static let name = "storage_survival"
  public static let summary =
    "Share of the update that survives rounding to the base's storage type"
  public static let range = "about [0, 1]"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .entries

  public static func value(of change: ChangeMeasurements) -> Double? {
    change.entries.flatMap { ratio($0.survivingEnergy, $0.energy) }
  }
}
