/// How many eigenvalues of the update stand out of a random bulk: those above the upper edge of the
/// Marchenko-Pastur law whose variance is fitted to the bulk. Range: 0 … p; empty where the update
/// has no bulk (fewer than half of its singular values differ from zero).
///
/// Differs from WeightWatcher, which fits the variance by a grid search on a smoothed density over
/// all eigenvalues: there large spikes widen the bulk. Here the variance comes from the median, which
/// spikes do not move, and the edge is raised by the fluctuation of the largest bulk eigenvalue.
///
/// **Source:** Marchenko and Pastur, Mathematics of the USSR-Sbornik 1, 1967; variance from the median:
/// Gavish and Donoho, IEEE Transactions on Information Theory 60, 2014, section III.E; fluctuation:
/// Johnstone, Annals of Statistics 29, 2001, theorem 1.1.
public enum MarchenkoPasturSpikes: SpectrumMetric {
  public static let name = "marchenko_pastur_spikes"
  public static let summary = "Eigenvalues of the update above a random bulk's edge"
  public static let range = "0 … p"
  public static let unit = "count"

  public static func value(of spectrum: Spectrum) -> Double? {
    let eigenvalues = spectrum.eigenvalues
    guard
      let bulk = MarchenkoPasturLaw(
        fittedTo: eigenvalues, rows: spectrum.rows, columns: spectrum.columns)
    else { return nil }
    return Double(eigenvalues.count { $0 > bulk.spikeBound })
  }
}
