/// The rank that holds nine tenths of the update's energy: the smallest k with
/// Σ_{i<k} s² ≥ 0.90 Σ s². Range: 1 … p; empty for a zero update.
public enum EnergyRank90: SpectrumMetric {
  public static let name = "energy_rank_90"
  public static let summary = "Smallest rank that holds 90 % of the update's energy"
  public static let range = "1 … p"
  public static let unit = "count"

  public static func value(of spectrum: Spectrum) -> Double? {
    Double(spectrum.rank(holding: 0.90))
  }
}
