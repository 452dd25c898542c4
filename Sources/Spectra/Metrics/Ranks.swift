/// How many directions carry the update's energy, relative to the largest one: ‖ΔW‖_F² / ‖ΔW‖₂².
/// Range: [1, p]; empty for a zero update.
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

/// The share of the update's energy in its first direction, s₀² / Σ s²: one over the stable rank.
/// Range: (0, 1]; empty for a zero update.
public enum TopShare: SpectrumMetric {
  public static let name = "top_share"
  public static let summary = "Share of the update's energy in its first direction"
  public static let range = "(0, 1]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    spectrum.largest * spectrum.largest / spectrum.energy
  }
}

/// The exponential of the entropy of the singular values: exp(−Σ q ln q), q = s / Σ s.
/// Range: [1, p]; empty for a zero update.
///
/// **Source:** Roy and Vetterli, "The effective rank: a measure of effective dimensionality",
/// EUSIPCO 2007, definition 1.
public enum EffectiveRank: SpectrumMetric {
  public static let name = "effective_rank"
  public static let summary = "Exponential of the entropy of the update's singular values"
  public static let range = "[1, p]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    exponential(entropy(spectrum.values.lazy.map { $0 / spectrum.sum }))
  }
}

/// How evenly the update's energy is spread over all p directions: −Σ q ln q / ln p, q = s² / Σ s².
/// Range: [0, 1]; 1 for equal singular values; empty for a zero update and for p = 1.
///
/// **Source:** Alter, Brown and Botstein, "Singular value decomposition for genome-wide expression
/// data", PNAS 97, 2000, equation 5.
public enum SpectralEntropy: SpectrumMetric {
  public static let name = "spectral_entropy"
  public static let summary = "Evenness of the update's energy over all directions"
  public static let range = "[0, 1]"
  public static let unit = "dimensionless"

  public static func value(of spectrum: Spectrum) -> Double? {
    guard spectrum.fullCount > 1 else { return nil }
    return entropy(spectrum.values.lazy.map { $0 * $0 / spectrum.energy })
      / naturalLogarithm(Double(spectrum.fullCount))
  }
}

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

/// The rank that holds 99 % of the update's energy: the smallest k with Σ_{i<k} s² ≥ 0.99 Σ s².
/// Range: 1 … p; empty for a zero update.
public enum EnergyRank99: SpectrumMetric {
  public static let name = "energy_rank_99"
  public static let summary = "Smallest rank that holds 99 % of the update's energy"
  public static let range = "1 … p"
  public static let unit = "count"

  public static func value(of spectrum: Spectrum) -> Double? {
    Double(spectrum.rank(holding: 0.99))
  }
}

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
