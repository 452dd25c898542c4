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
    At the common learning rate, if the baseline improves there: each of the four less LoRA, and DoRA less \
    full training, is above 0.01 with the whole 95 % interval over at least 3 seeds. All five must hold; \
    one that fails refutes the order.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let baseline = study.baselineGroup
    let pairs = ["dora", "adalora", "lora-plus", "miss"].map {
      study.commonGroup($0).less(baseline, .above, margin: 0.01)
    }
    let full = study.commonGroup("dora").less(study.commonGroup("full"), .above, margin: 0.01)
    return .all(of: pairs + [full], given: [study.baselineImproves])
  }
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
    At the common learning rate, if the baseline improves there: the gain over the start, less half of the \
    baseline's gain on the same seed, is below 0 for both with the whole 95 % interval over at least 3 \
    seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let small = study.commonGroup("lora", "rank 1") { $0.rank = 1 }
    return .all(
      of: [small, study.commonGroup("vera")].map { isShort($0, of: study.baselineGroup) },
      given: [study.baselineImproves])
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
    rank by more than 0.1, with the whole 95 % interval over at least 3 seeds.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    guard let common = study.common.rank, let (rank, batches) = highestRank(in: study)
    else { return .missing("lora of a rank above the common one at two batch sizes") }
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

  /// The highest rank above the common one that shares at least two batch sizes with the common rank, and the
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
      if let first = shared.first, let last = shared.last, first < last {
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
    At the common learning rate, if the baseline improves there: LoRA at every other batch size and with \
    every other loss of reinforcement that the study has, and at the next lower rate, less LoRA lies \
    within ±0.05 with the whole 95 % interval over at least 3 seeds. Each of the three kinds is needed.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let lora = study.commonGroup("lora")
    let kinds = [batches(in: study), losses(in: study), lowerRates(in: study)]
    if kinds.contains(where: \.isEmpty) {
      return .missing("lora at another batch size, another loss and a lower learning rate")
    }
    return .all(
      of: kinds.flatMap { $0 }.map { $0.less(lora, .within, margin: 0.05) },
      given: [study.baselineImproves])
  }

  private static func batches(in study: StudyResults) -> [SeedGroup] {
    let sizes = Set(study.runs.compactMap(\.factors.batch)).subtracting([study.common.batch ?? 0])
    return sizes.sorted()
      .map { size in study.commonGroup("lora", "batch \(size)") { $0.batch = size } }
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
