/// How much more of the update than of the base lies beyond the directions that hold 90 % of the
/// base's energy: with k₉₀ the smallest k with Σ_{j<k} σ² ≥ 0.9 Σ σ²,
/// (Σ_{j≥k₉₀} êⱼ) / (Σ_{j≥k₉₀} σⱼ² / Σ σ²). Range: ≥ 0; 1 if the update is spread as the base is; empty
/// if the base has nothing beyond k₉₀.
public enum NonprincipalEnrichment: ChangeMetric {
  public static let name = "nonprincipal_enrichment"
  public static let summary = "Update beyond the base's 90 % energy subspace, relative to the base"
  public static let range = "≥ 0"
  public static let unit = "dimensionless"

  public static func value(of change: ChangeMeasurements) -> Double? {
    guard change.knowsWholeBase else { return nil }
    let start = change.base.rank(holding: 0.9)
    let energies = change.energies.right
    let baseTail = change.base.values[start...].reduce(0) { $0 + $1 * $1 } / change.base.energy
    return ratio(energies[start...].reduce(0, +), energies.reduce(0, +)).flatMap {
      ratio($0, baseTail)
    }
  }
}
