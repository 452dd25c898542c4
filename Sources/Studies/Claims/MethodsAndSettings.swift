import Spectra

/// Claim 3: among the methods that train stably, structural variants are above LoRA.
package enum OrderOfStableMethods: Claim {
  package static let number = 3
  package static let statement =
    "DoRA, AdaLoRA, LoRA+ and MiSS end above LoRA, and DoRA above full training."
  package static let source = "Yin et al., 2025, arXiv 2512.23165, table 3"
  package static let reported = """
    Mean accuracy: DoRA 46.6, AdaLoRA 44.2, LoRA+ 43.9, MiSS 43.4, LoRA 42.5, full 44.9; of one seed, and \
    not all at one learning rate.
    """
  package static let rule = """
    At each learning rate that all have, if the baseline improves there: each of the four less LoRA, and \
    DoRA less full training, is above 0.01 with the whole 95 % interval over at least 3 seeds. All five must \
    hold; one that fails refutes the order at that rate. If rates disagree the claim is undecided. Not \
    testable where the task has no room for the effect: DoRA's published gain is 3.05 times LoRA's, so LoRA \
    at its best rate may gain at most a 3.05th of what is left above its start.
    """

  /// (46.6 − 40.5) / (42.5 − 40.5): DoRA's published gain by LoRA's.
  private static let publishedRatio = 3.05

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let structural = ["dora", "adalora", "lora-plus", "miss"]
    let others = (structural + ["full"]).map { study.curve($0) }
    let baseline = study.runs(ofArm: study.baseline)
    let rates = others.reduce(Set(StudyResults.rates(of: baseline))) {
      $0.intersection(StudyResults.rates(of: $1))
    }.sorted()
    guard !rates.isEmpty else {
      return .missing("dora, adalora, lora-plus, miss, full and the baseline at one learning rate")
    }
    let finding = ClaimFinding.atEachRate(
      rates, where: { reference(at: $0, in: study).gain(.above, margin: 0) },
      { order(structural, at: $0, in: study) })
    let best = study.bestGroup("lora")
    let room = best.test("gain that the ceiling allows by that of \(best.name)", .above, margin: 0)
    {
      run in run.gain.flatMap { gain in run.startScore.map { gain > 0 ? (1 - $0) / gain : .nan } }
    }
    guard finding.verdict != .notTested, let ratio = room.evidence?.value, ratio < publishedRatio
    else { return finding }
    return .notTestable(
      "The ceiling allows a gain of at most \(ClaimEvidence.number(ratio)) times LoRA's, and DoRA's "
        + "published one is \(publishedRatio). By rate the rule says: \(finding.measured)",
      measured: [room])
  }

  private static func order(
    _ structural: [String], at rate: Double, in study: StudyResults
  ) -> ClaimFinding {
    let baseline = reference(at: rate, in: study)
    let pairs = structural.map { study.group($0, at: rate).less(baseline, .above, margin: 0.01) }
    let full = study.group("dora", at: rate)
      .less(study.group("full", at: rate), .above, margin: 0.01)
    return .all(of: pairs + [full], given: [baseline.gain(.above, margin: 0)])
  }
}

/// The baseline of a study at a rate.
private func reference(at rate: Double, in study: StudyResults) -> SeedGroup {
  SeedGroup(
    name: "\(study.baseline) at \(rate)", runs: study.runs(ofArm: study.baseline, rate: rate))
}

/// Claim 4: below some number of parameters nothing is learnt.
package enum ExpressivityFloor: Claim {
  package static let number = 4
  package static let statement =
    "LoRA of rank 1 and VeRA learn little of what LoRA of the common rank learns."
  package static let source = "Yin et al., 2025, arXiv 2512.23165, tables 3 to 5"
  package static let reported =
    "Mean accuracy: rank 1 40.5, VeRA 40.7, the base model 40.5; rank 16 43.9, rank 32 42.5."
  package static let rule = """
    At each learning rate at which the baseline was run with one of the two, if the baseline improves there: \
    the gain over the start, less half of the baseline's gain on the same seed, is below 0 for both (for the \
    one that was run) with the whole 95 % interval over at least 3 seeds. Both are needed at one rate or \
    another. If rates disagree the claim is undecided, and the rates are named.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let small: [(Double) -> SeedGroup] = [
      { rate in study.group("lora", at: rate, "rank 1") { $0.rank = 1 } },
      { rate in study.group("vera", at: rate) },
    ]
    let rates = StudyResults.rates(of: study.runs(ofArm: study.baseline))
    let run = small.map { group in rates.filter { !group($0).runs.isEmpty } }
    guard run.allSatisfy({ !$0.isEmpty }) else {
      return .missing("lora of rank 1, vera and the baseline at one learning rate")
    }
    return .atEachRate(
      Set(run.joined()).sorted(),
      where: { reference(at: $0, in: study).gain(.above, margin: 0) },
      { rate in
        let baseline = reference(at: rate, in: study)
        let parts = small.map { $0(rate) }.filter { !$0.runs.isEmpty }
        return .all(
          of: parts.map { isShort($0, of: baseline) }, given: [baseline.gain(.above, margin: 0)])
      })
  }

  private static func isShort(_ group: SeedGroup, of baseline: SeedGroup) -> MarginTest {
    MarginTest(
      "\(group.name), gain less half of that of \(baseline.name)",
      needs: "\(group.name) and \(baseline.name)",
      values: SeedGroup.paired(group.values(\.gain), baseline.values(\.gain)) { $0 - $1 / 2 },
      .below, margin: 0)
  }
}

/// Claim 15: a high rank does not tolerate a large batch.
package enum RankAndBatch: Claim {
  package static let number = 15
  package static let statement =
    "LoRA of high rank loses as the batch grows, where LoRA of the common rank does not."
  package static let source = "“Structure Over Scale”, 2026, OpenReview XGZHI14m8P"
  package static let reported = """
    Rank 64: 73.1 % at batch 64, 8.7 at 128, 6.0 at 256; rank 8 stays trainable; collapsed adapters use \
    fewer directions.
    """
  package static let rule = """
    At the common learning rate, if the baseline improves there, with the highest rank of LoRA that has two batch sizes: its score at the \
    largest less that at the smallest batch is below −0.1, and below the same difference at the common \
    rank by more than 0.1, with the whole 95 % interval over at least 3 seeds. The batch must grow at least \
    fourfold, as from 64 to 256 in the source.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    guard let common = study.common.rank, let (rank, batches) = highestRank(in: study)
    else {
      return .missing(
        control:
          "lora of a rank above the common one, and of the common one, at batches that differ "
          + "at least fourfold")
    }
    let groups = [rank, common].map { rank in
      batches.map { batch in
        study.commonGroup("lora", "rank \(rank), batch \(batch)") {
          $0.rank = rank
          $0.batch = batch
        }
      }
    }
    let losses = groups.map { group in
      SeedGroup.paired(group[1].values(\.finalScore), group[0].values(\.finalScore)) { $0 - $1 }
    }
    let high = groups[0][1].less(groups[0][0], .below, margin: 0.1)
    let low = groups[1][1].less(groups[1][0], .below, margin: 0.1)
    let interaction = MarginTest(
      "difference by batch at rank \(rank) less that at rank \(common)", needs: "\(low.needs)",
      values: losses[0].count == losses[1].count ? zip(losses[0], losses[1]).map { $0 - $1 } : [],
      .below, margin: 0.1)
    let directions = groups[0][1].by(
      groups[0][0], .below, factor: 1.1, what: EffectiveRank.name
    ) { $0.final(EffectiveRank.name) }
    return .all(
      of: [high, interaction], given: [study.baselineImproves], aside: [low, directions])
  }

  /// The highest rank above the common one that shares batch sizes at least fourfold apart with the common rank, and the
  /// smallest and largest batch size that they share.
  private static func highestRank(in study: StudyResults) -> (rank: Int, batches: [Int])? {
    guard let common = study.common.rank, let rate = study.common.learningRate else { return nil }
    let sized = study.runs.filter {
      $0.factors.adapter == "lora" && $0.factors.learningRate == rate
        && $0.factors.objective == study.common.objective
    }
    func batches(ofRank rank: Int) -> Set<Int> {
      Set(sized.filter { $0.factors.rank == rank }.compactMap(\.factors.batch))
    }
    let known = batches(ofRank: common)
    for rank in Set(sized.compactMap(\.factors.rank)).filter({ $0 > common }).sorted(by: >) {
      let shared = batches(ofRank: rank).intersection(known).sorted()
      if let first = shared.first, let last = shared.last, last >= 4 * first {
        return (rank, [first, last])
      }
    }
    return nil
  }
}

/// Claim 19: settings outside the adapter hardly change LoRA's result.
package enum Insensitivity: Claim {
  package static let number = 19
  package static let statement =
    "LoRA's score depends little on the batch size, the loss and a lower learning rate."
  package static let source = "Yin et al., 2025, arXiv 2512.23165, table 5"
  package static let reported = """
    Batch 32 and 128: 43.0 and 42.5; DAPO 42.5, Dr. GRPO 42.0, GRPO 40.5; rate 5e-6 and 1e-5: 42.3 both.
    """
  package static let rule = """
    At the common learning rate, if the baseline improves there: LoRA at every other batch size with the \
    same number of answers in all (batch × steps), with every other loss of reinforcement that the study has, and at the next lower rate, less LoRA lies \
    within ±0.05 with the whole 95 % interval over at least 3 seeds. Each of the three kinds is needed.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let lora = study.commonGroup("lora")
    let kinds = [batches(in: study), losses(in: study), lowerRates(in: study)]
    if kinds.contains(where: \.isEmpty) {
      return .missing(
        control: "lora at another batch size with as many answers in all (batch × steps), "
          + "with another loss, and at a lower learning rate",
        measured: kinds.flatMap { $0 }.map { $0.less(lora, .within, margin: 0.05) })
    }
    return .all(
      of: kinds.flatMap { $0 }.map { $0.less(lora, .within, margin: 0.05) },
      given: [study.baselineImproves])
  }

  private static func batches(in study: StudyResults) -> [SeedGroup] {
    let sizes = Set(study.runs.compactMap(\.factors.batch)).subtracting([study.common.batch ?? 0])
      .filter { $0 > 0 }
    return sizes.sorted()
      .map { size in
        study.commonGroup("lora", "batch \(size)") { factors in
          if let batch = factors.batch, let steps = factors.steps {
            factors.steps = Int(exactly: (Double(batch) * Double(steps) / Double(size)).rounded())
          }
          factors.batch = size
        }
      }
      .filter { !$0.runs.isEmpty }
  }

  private static func losses(in study: StudyResults) -> [SeedGroup] {
    let losses = Set(study.runs.compactMap(\.factors.objective))
      .subtracting([study.common.objective ?? "", "sft"])
    return losses.sorted()
      .map { loss in study.commonGroup("lora", loss) { $0.objective = loss } }
      .filter { !$0.runs.isEmpty }
  }

  private static func lowerRates(in study: StudyResults) -> [SeedGroup] {
    let rates = StudyResults.rates(of: study.curve("lora"))
    guard let common = study.common.learningRate, let rate = rates.last(where: { $0 < common })
    else { return [] }
    return [study.group("lora", at: rate)]
  }
}
