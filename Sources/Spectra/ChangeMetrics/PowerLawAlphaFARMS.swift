/// ``PowerLawAlpha`` averaged over square windows of one size, so that matrices of different shape
/// compare: the exponent of a whole matrix depends on its aspect ratio. Range: > 1; empty for
/// matrices and updates too small or of too low a rank for a fit.
///
/// Windows have 128 rows and columns (less for a smaller matrix) and lie on an even grid of at most
/// 3×3.
///
/// **Source:** Hu et al., "Eigenspectrum analysis of neural networks without aspect ratio bias",
/// arXiv 2506.06280, 2025, section 3.2.
public enum PowerLawAlphaFARMS: ChangeMetric {
  public static let name = "power_law_alpha_farms"
  public static let summary = "Power law exponent averaged over square windows of one size"
  public static let range = "> 1"
  public static let unit = "dimensionless"
  public static let needs: ChangeMeasurements.Wanted = .windows

  public static func value(of change: ChangeMeasurements) -> Double? {
    let alphas = change.windowSpectra.compactMap { PowerLawFit(to: $0)?.alpha }
    return alphas.isEmpty ? nil : alphas.reduce(0, +) / Double(alphas.count)
  }
}
