import Spectra

/// Claim 8: reinforcement keeps the spectrum where demonstrations move it.
public enum FullUpdatePreservesSpectrum: Claim {
  public static let number = 8
  public static let statement =
    "Full RL keeps singular values and principal subspaces at least ten times better than SFT."
  public static let source = "Zhu et al., 2025, arXiv 2511.08567; 2026, arXiv 2606.07082"
  public static let reported = """
    Normalized spectral shift of order 1e-5 under RLVR and 1e-3 under SFT; principal angles below 0.5° and \
    above 10°.
    """
  public static let rule = """
    Full training at its best rate with the common objective and with demonstrations, if both improve: \
    normalized_spectral_shift and principal_angle_right_max of SFT by RL are above 10, with the whole 95 % \
    interval over at least 3 paired seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    return .all(
      of: [NormalizedSpectralShift.name, PrincipalAngleRightMax.name].map {
        both.ratio(of: $0, .above, factor: 10)
      },
      given: both.improve,
      aside: [both.ratio(of: RelativeUpdateNorm.name, .above, factor: 1)])
  }
}
