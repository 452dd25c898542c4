import LinearAlgebra
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
    Full training with the common objective and with demonstrations, at the learning rate of both at which \
    the one that learns less learns most, if both improve: \
    bf16_update_sparsity of RL less SFT is above 0.1 with the whole 95 % interval over at least 3 paired \
    seeds. Not testable where neither keeps more than a tenth of its weights: no difference of 0.1 can occur.
    """

  private static let margin = 0.1

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    let sparsity = BF16UpdateSparsity.name
    let kept = [both.reinforced, both.supervised].map { group in
      group.test("\(sparsity), \(group.name)", .above, margin: 0) { $0.final(sparsity) }
    }
    let difference = both.difference(of: sparsity, .above, margin: margin)
    let largest = kept.compactMap(\.evidence?.value).max()
    if difference.verdict != .notTested, let largest, largest <= margin {
      return .notTestable(
        "The rule wants a difference above \(margin), and the larger of the two shares is only "
          + "\(ClaimEvidence.number(largest)): at these rates bfloat16 rounding keeps almost nothing",
        measured: [difference] + kept)
    }
    return .all(of: [difference], given: both.improve, aside: kept + both.asides([]))
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
    Full training with the common objective and with demonstrations, at the learning rate of both at which \
    the one that learns less learns most, if both improve: \
    of the largest possible excess over 0.3 at the share d of changed entries (min(1, 0.3/d) − 0.3), \
    low_magnitude_mask_overlap under RL reaches above 0.1, and above that of SFT by 0.1; of the largest \
    possible deficit (0.3 − max(0, 1 − 0.7/d)), principal_mask_overlap under RL reaches above 0.1; with the \
    whole 95 % interval over at least 3 seeds. Not testable where RL changes so many entries that the \
    possible excess is below 0.005.
    """

  /// The share of the entries that are in a mask.
  private static let chance = 0.3
  private static let margin = 0.1
  /// A smaller range is no more than a few entries of a matrix.
  private static let leastRange = 0.005

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    let what = "share of the possible excess in small weights"
    let parts = [
      both.reinforced.test(
        "share of the possible deficit in the principal mask, \(both.reinforced.name)", .above,
        margin: margin, of: deficit),
      both.reinforced.test("\(what), \(both.reinforced.name)", .above, margin: margin, of: excess),
      both.reinforced.less(both.supervised, .above, margin: margin, what: what, of: excess),
    ]
    let changed = both.reinforced.test(
      "share of changed entries, \(both.reinforced.name)", .above, margin: 0, of: density)
    if let share = changed.evidence?.value, range(share) < leastRange {
      return .notTestable(
        "RL changes \(ClaimEvidence.number(share)) of all entries, so no overlap can exceed "
          + "\(ClaimEvidence.number(chance + range(share)))", measured: [changed])
    }
    let supervised = both.supervised.test(
      "\(what), \(both.supervised.name)", .above, margin: margin, of: excess)
    return .all(of: parts, given: both.improve, aside: [supervised, changed] + both.asides([]))
  }

  private static func density(_ run: StudyRun) -> Double? {
    run.final(BF16UpdateSparsity.name).map { 1 - $0 }
  }

  /// How far the overlap with a mask can exceed chance if this share of the entries changes.
  private static func range(_ density: Double) -> Double {
    density > 0 ? min(1, chance / density) - chance : 0
  }

  private static func excess(_ run: StudyRun) -> Double? {
    guard let density = density(run), range(density) > 0 else { return nil }
    return run.final(LowMagnitudeMaskOverlap.name).map { ($0 - chance) / range(density) }
  }

  private static func deficit(_ run: StudyRun) -> Double? {
    guard let density = density(run), density > 0 else { return nil }
    let possible = chance - max(0, 1 - (1 - chance) / density)
    guard possible > 0 else { return nil }
    return run.final(PrincipalMaskOverlap.name).map { (chance - $0) / possible }
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
    Full training with the common objective at the highest learning rate at which at most 0.6 of the entries change \
    in bfloat16 and the runs improve: for each run the mean over the other seeds of the Jaccard overlap of their masks, \
    less the overlap of as many entries drawn at random in each matrix, is above 0.05, with the whole 95 % interval over \
    at least 3 seeds.
    """

  private static let densest = 0.6

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let masked = study.curve("full").filter { $0.masks != nil }
    let rate = StudyResults.rates(of: masked).last { rate in
      let runs = masked.at(rate: rate)
      let densities = runs.compactMap { $0.final(BF16UpdateSparsity.name) }.map { 1 - $0 }
      return (densities.max() ?? 1) <= densest && runs.allSatisfy { ($0.gain ?? -1) > 0 }
    }
    guard let rate else {
      return .missing(
        "runs of full training that improve and change at most \(densest) of their entries in bfloat16"
      )
    }
    let group = SeedGroup(name: "full at \(rate)", runs: masked.at(rate: rate))
    func mean(_ number: @escaping (MaskOverlap) -> Double) -> (StudyRun) -> Double? {
      { run in
        SampleMoments.mean(
          of: group.runs.filter { $0.seed != run.seed }.compactMap { other in
            MaskOverlap(run.masks ?? [:], other.masks ?? [:]).map(number)
          })
      }
    }
    return .all(
      of: [
        group.test(
          "Jaccard overlap less chance, \(group.name)", .above, margin: 0.05,
          of: mean { $0.jaccard - $0.expected })
      ],
      aside: [
        group.test("Jaccard overlap", .above, margin: 0, of: mean(\.jaccard)),
        group.test("by chance", .above, margin: 0, of: mean(\.expected)),
      ])
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
    Full training with a mask on the gradient, each mask at its own best rate of those with at least 3 seeds, if training \
    of the complement improves: principal less complement and principal less small weights are below −0.01, with the \
    whole 95 % interval over at least 3 seeds. At one rate a mask would measure how many entries move far.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    func group(_ mask: String) -> SeedGroup {
      study.bestGroup(
        "full", "gradient-mask \(mask)",
        changing: { $0.setSwitch("gradient-mask", to: [mask]) })
    }
    let principal = group("principal")
    let complement = group("complement")
    let asides = ["small-or-complement", "random"].map { mask in
      principal.less(group(mask), .below, margin: 0.01)
    }
    return .all(
      of: ["complement", "small"].map { principal.less(group($0), .below, margin: 0.01) },
      given: [complement.gain(.above, margin: 0)], aside: asides)
  }
}
