import Spectra

/// Claim 9: most weights keep their bfloat16 value under reinforcement.
package enum UpdateSparsity: Claim {
  package static let number = 9
  package static let statement =
    "More weights keep their bfloat16 value under full RL than under SFT."
  package static let source = "Zhu et al., 2025, arXiv 2511.08567, table 1"
  package static let reported =
    "Share of unchanged weights: 36 to 92 % in eleven RL models, 0.6 to 18.8 % in three SFT models."
  package static let rule = """
    Full training at its best rate with the common objective and with demonstrations, if both improve: \
    bf16_update_sparsity of RL less SFT is above 0.1 with the whole 95 % interval over at least 3 paired \
    seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    let sparsity = BF16UpdateSparsity.name
    return .all(
      of: [both.difference(of: sparsity, .above, margin: 0.1)], given: both.improve,
      aside: [both.reinforced, both.supervised].map { group in
        group.test("\(sparsity), \(group.name)", .above, margin: 0) { $0.final(sparsity) }
      })
  }
}

/// Claim 10: the entries that change avoid the principal part of the weight and prefer small weights.
package enum ChangesAvoidPrincipalMask: Claim {
  package static let number = 10
  package static let statement =
    "Entries that full RL changes avoid the principal mask and favour small weights, unlike SFT's."
  package static let source =
    "Zhu et al., 2025, arXiv 2511.08567, section 4.2; 2026, arXiv 2606.07082"
  package static let reported =
    "Overlap with the smallest 30 % of the weights: RLVR 73.5 %, SFT 31.9 %; chance 30 %."
  package static let rule = """
    Full training at its best rate with the common objective and with demonstrations, if both improve: \
    under RL principal_mask_overlap less 0.3 is below −0.02, low_magnitude_mask_overlap less 0.3 above \
    0.02, and the latter of RL less SFT above 0.05, with the whole 95 % interval over at least 3 seeds. \
    SFT is the control for small weights changing their bfloat16 value more easily.
    """

  /// The share of the entries that are in a mask.
  private static let chance = 0.3

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    let low = LowMagnitudeMaskOverlap.name
    return .all(
      of: [
        excess(PrincipalMaskOverlap.name, in: both.reinforced, .below),
        excess(low, in: both.reinforced, .above),
        both.difference(of: low, .above, margin: 0.05),
      ],
      given: both.improve, aside: [excess(low, in: both.supervised, .above)])
  }

  private static func excess(
    _ metric: String, in group: SeedGroup, _ direction: MarginTest.Direction
  ) -> MarginTest {
    group.test("\(metric) less chance, \(group.name)", direction, margin: 0.02) {
      $0.final(metric).map { $0 - chance }
    }
  }
}

/// Claim 11: different runs change the same entries.
package enum CommonMasks: Claim {
  package static let number = 11
  package static let statement =
    "Independent RL runs change the same weights more often than chance."
  package static let source = "Zhu et al., 2025, arXiv 2511.08567"
  package static let reported = """
    Jaccard overlap of five runs' masks 0.55 to 0.60 where chance gives 0.37 to 0.47; down to chance where \
    a layer was rotated.
    """
  package static let rule = """
    Needs the mask of changed bfloat16 entries of every matrix of at least 3 runs of one arm: the mean \
    Jaccard overlap of pairs less pq / (p + q − pq) for densities p and q is above 0.05, with the whole \
    95 % interval. A study keeps medians of metrics and no masks.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    .missing("masks of changed entries: pairs of runs have to be compared entry by entry")
  }
}

/// Claim 16: which entries may be trained decides how well.
package enum MaskedTraining: Claim {
  package static let number = 16
  package static let statement =
    "RL of the principal entries alone is worse than of their complement or of small weights alone."
  package static let source = "Zhu et al., 2025, arXiv 2511.08567"
  package static let reported = """
    Mean accuracy after 320 steps: principal half 53.82, its complement 55.40, smallest 59 % 56.69, all \
    57.44.
    """
  package static let rule = """
    Needs full training with a mask on the gradient, which the trainer does not have: at the best rate of \
    each arm, principal less complement and principal less small weights are below −0.01, with the whole \
    95 % interval over at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    .missing("training of a chosen part of the entries")
  }
}
