import Foundation
import Spectra

/// Claim 8: reinforcement keeps the spectrum, training on demonstrations moves it.
package enum FullUpdatePreservesSpectrum: Claim {
  package static let number = 8
  package static let statement =
    "Full RL keeps singular values and principal subspaces at least ten times better than SFT."
  package static let source = "Zhu et al., 2025, arXiv 2511.08567; 2026, arXiv 2606.07082"
  package static let reported = """
    Normalized spectral shift of order 1e-5 under RLVR and 1e-3 under SFT; principal angles below 0.5° and \
    above 10°.
    """
  package static let rule = """
    Full training with the common objective and with demonstrations, at the learning rate of both at which \
    the one that learns less learns most, if both improve: \
    normalized_spectral_shift and principal_angle_right_max of SFT by RL are above 10, with the whole 95 % \
    interval over at least 3 paired seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    return .all(
      of: [NormalizedSpectralShift.name, PrincipalAngleRightMax.name].map {
        both.ratio(of: $0, .above, factor: 10)
      },
      given: both.improve,
      aside: both.asides([NormalizedSpectralShift.name, PrincipalAngleRightMax.name]))
  }
}

/// Claim 17: what is learnt is in the singular vectors.
package enum SpectrumRestoration: Claim {
  package static let number = 17
  package static let statement =
    "With the base's singular values put back, a model trained by full RL keeps what it learnt."
  package static let source = "“ISO”, 2026, arXiv 2607.19331"
  package static let reported = """
    The gain stays; the share of the displacement that is spectral is about 3 % under RL and 35 % under SFT.
    """
  package static let rule = """
    Full training at its best rate, if it improves: the accuracy with the base's spectrum less the start, \
    by the gain, is above 0.8, and spectral_drift_share of SFT by that of RL above 3, both at the rate of \
    claim 8, with the whole 95 % interval over at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
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
      given: [restored.gain(.above, margin: 0)] + both.improve,
      aside: [alone] + both.asides([SpectralDriftShare.name]))
  }
}

extension StudyRun {
  /// The accuracy of a probe minus the start score, divided by the gain; nil if nothing was gained.
  fileprivate func shareOfGain(_ probe: String) -> Double? {
    guard let gain, gain > 0, let start = startScore else { return nil }
    return probes[probe].map { ($0 - start) / gain }
  }
}

/// Claim 18: the update narrows under reinforcement and widens under demonstrations.
package enum StableRankOverTime: Claim {
  package static let number = 18
  package static let statement =
    "The stable rank of a full update falls in the course of RL and rises in the course of SFT."
  package static let source = "2026, arXiv 2606.07082"
  package static let reported = "Contracts under RLVR, grows under SFT; a figure without numbers."
  package static let rule = """
    Full training with the common objective and with demonstrations, at the learning rate of both at which \
    the one that learns less learns most, if both improve: \
    stable_rank at the last step by that at the first measured step that moved the weights is below 1/1.1 \
    under RL and above 1.1 under SFT, with the whole 95 % interval over at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    return .all(
      of: [growth(both.reinforced, .below), growth(both.supervised, .above)], given: both.improve,
      aside: both.asides([]))
  }

  private static func growth(
    _ group: SeedGroup, _ direction: MarginTest.Direction
  ) -> MarginTest {
    let name = StableRank.name
    return group.test(
      "\(name), \(group.name), last by first", direction, margin: log(1.1), scale: .logarithm
    ) { run in
      run.final(name).flatMap { last in run.first(name).map { log(last / $0) } }
    }
  }
}
