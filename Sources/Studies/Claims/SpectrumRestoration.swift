import Spectra

/// Claim 17: what is learnt is in the singular vectors.
public enum SpectrumRestoration: Claim {
  public static let number = 17
  public static let statement =
    "With the base's singular values put back, a model trained by full RL keeps what it learnt."
  public static let source = "“ISO”, 2026, arXiv 2607.19331"
  public static let reported = """
    The gain stays; the share of the displacement that is spectral is about 3 % under RL and 35 % under SFT.
    """
  public static let rule = """
    Full training at its best rate, if it improves: the accuracy with the base's spectrum less the start, \
    by the gain, is above 0.8, and spectral_drift_share of SFT at its best rate by that of RL above 3, \
    with the whole 95 % interval over at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    let probe = ProbeName.accuracyWithBaseSpectrum
    let restored = study.bestGroup("full", "spectrum put back", where: { $0.probes[probe] != nil })
    let kept = restored.test("share of the gain kept, \(restored.name)", .above, margin: 0.8) {
      $0.shareOfGain(probe)
    }
    let alone = restored.test("share of the gain in the spectrum alone", .above, margin: 0.2) {
      $0.shareOfGain(ProbeName.accuracyOfSpectrumAlone)
    }
    return .all(
      of: [kept, both.ratio(of: SpectralDriftShare.name, .above, factor: 3)],
      given: [restored.gain(.above, margin: 0)], aside: [alone])
  }
}

extension StudyRun {
  /// An accuracy that was probed, less the start, by the gain; nil where nothing was gained.
  fileprivate func shareOfGain(_ probe: String) -> Double? {
    guard let gain, gain > 0, let start = startScore else { return nil }
    return probes[probe].map { ($0 - start) / gain }
  }
}
