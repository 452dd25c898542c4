/// The numerical rank: how many singular values exceed s₀ · max(out, in) · 2⁻⁵² and, for the difference of
/// two stored weights, the noise of their rounding, u · ‖W‖_F/√(out · in) · (√out + √in)/√3 with the unit
/// roundoff u of the coarser type. Range: 0 … p; 0 for a zero update.
///
/// **Source:** the rule of `numpy.linalg.matrix_rank` (Press et al., Numerical Recipes, 2007, section 15.4);
/// the norm of a random matrix, for errors that are uniform within half a step.
public enum UpdateRank: SpectrumMetric {
  public static let name = "update_rank"
  public static let summary = "Numerical rank of the update above rounding"
  public static let range = "0 … p"
  public static let unit = "count"

  public static func value(of spectrum: Spectrum) -> Double? {
    let tolerance = spectrum.tolerance
    return Double(spectrum.values.count { $0 > tolerance })
  }
}
