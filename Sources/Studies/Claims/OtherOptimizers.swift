import Spectra

/// Claim 36: whether training by rewards needs an optimiser that adapts to each weight.
package enum PlainGradientsSuffice: Claim {
  package static let number = 36
  package static let statement =
    "Full RL with SGD ends as high as with AdamW and changes far fewer weights."
  package static let source = "“Do we need Adam?”, 2026, arXiv 2602.07729"
  package static let reported =
    "SGD equals AdamW in reinforcement and changes 0.02 to 0.46 % of the weights."
  package static let rule = """
    Full training, each optimiser at its own best rate of those with at least 3 seeds, if AdamW improves: the score of SGD \
    less that of AdamW is within 0.02, and the share of entries that change in bfloat16 is below a tenth of AdamW's, each \
    with the whole 95 % interval over at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let (plain, adaptive) = (study.optimized("sgd"), study.optimized("adamw"))
    return .all(
      of: [
        plain.less(adaptive, .within, margin: 0.02),
        plain.by(
          adaptive, .below, factor: 10, what: "share of entries that change in bfloat16",
          of: changed),
      ],
      given: [adaptive.gain(.above, margin: 0)],
      aside: [plain, adaptive].map {
        $0.test("share of entries that change, \($0.name)", .above, margin: 0, of: changed)
      })
  }

  private static func changed(_ run: StudyRun) -> Double? {
    run.final(BF16UpdateSparsity.name).map { 1 - $0 }
  }
}

/// Claim 37: whether steps that keep off the principal directions teach more.
package enum AvoidingPrincipalDirectionsHelps: Claim {
  package static let number = 37
  package static let statement =
    "Full RL ends higher if the optimiser turns its steps away from the principal directions (GASD) than with Muon's own."
  package static let source =
    "Notes on GASD in the code published with Yin et al., 2025, arXiv 2512.23165"
  package static let reported = "Proposed there, without a result that is known here."
  package static let rule = """
    Full training, each optimiser at its own best rate of those with at least 3 seeds, if Muon improves: the score of GASD \
    less that of Muon is above 0 with the whole 95 % interval over at least 3 seeds. Whether GASD's updates have less of \
    their energy on the principal output directions, which it divides by, is shown aside.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let (turned, plain) = (study.optimized("gasd"), study.optimized("muon"))
    let share = HeadShareLeft.name
    return .all(
      of: [turned.less(plain, .above, margin: 0)],
      given: [plain.gain(.above, margin: 0)],
      aside: [
        turned.by(plain, .below, factor: 1, what: share) { $0.final(share) },
        turned.less(study.optimized("adamw"), .above, margin: 0),
      ])
  }
}

extension StudyResults {
  /// Full training with an optimiser, by its name as an option, at its own best rate.
  fileprivate func optimized(_ optimizer: String) -> SeedGroup {
    bestGroup(
      "full", optimizer,
      // The usual one is not said.
      changing: { $0.setSwitch("optimizer", to: optimizer == "adamw" ? [] : [optimizer]) })
  }
}
