/// The numerical rank: how many singular values exceed s₀ · max(out, in) · ε, where ε is that of the
/// type the update is stored in. Range: 0 … p; 0 for a zero update.
///
/// **Source:** the rule of `numpy.linalg.matrix_rank` (Press et al., Numerical Recipes, 2007,
/// section 15.4), with the storage type's ε, below which digits are not the update's own.
public enum UpdateRank: SpectrumMetric {
  public static let name = "update_rank"
  public static let summary = "Numerical rank of the update at its storage precision"
  public static let range = "0 … p"
  public static let unit = "count"

  public static func value(of spectrum: Spectrum) -> Double? {
    let bound =
      spectrum.largest * Double(max(spectrum.rows, spectrum.columns)) * spectrum.storageEpsilon
    return Double(spectrum.values.count { $0 > bound })
  }
}
