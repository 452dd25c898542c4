/// How many directions take part, weighted by energy: (Σ s²)² / Σ s⁴. Range: [1, p]; empty for a zero
/// update.
///
/// **Source:** Bell and Dean, "Atomic vibrations in vitreous silica", Discussions of the Faraday
/// Society 50, 1970; on covariance spectra Gao et al. 2017.
public enum ParticipationRatio: SpectrumMetric {
  public static let name = "participation_ratio"
  public static let summary = "Number of directions that take part, weighted by energy"
  public static let range = "[1, p]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    // Relative to the largest, so that fourth powers neither overflow nor vanish.
    let squares = spectrum.values.lazy.map { ($0 / spectrum.largest) * ($0 / spectrum.largest) }
    let sum = squares.reduce(0, +)
    return sum * sum / squares.reduce(0) { $0 + $1 * $1 }
  }
}
