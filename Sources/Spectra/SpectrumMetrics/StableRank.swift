/// How many directions carry the update's energy, counted against the largest:
/// ‖ΔW‖_F² / ‖ΔW‖₂². Range: [1, p]; empty for a zero update.
///
/// **Source:** Rudelson and Vershynin, "Sampling from large matrices", Journal of the ACM 54, 2007,
/// section 1 ("numerical rank").
public enum StableRank: SpectrumMetric {
  public static let name = "stable_rank"
  public static let summary = "Squared Frobenius norm over squared spectral norm of the update"
  public static let range = "[1, p]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    spectrum.energy / (spectrum.largest * spectrum.largest)
  }
}
