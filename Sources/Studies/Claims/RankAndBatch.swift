import Spectra

/// Claim 15: a high rank does not stand a large batch.
public enum RankAndBatch: Claim {
  public static let number = 15
  public static let statement =
    "LoRA of high rank loses as the batch grows, where LoRA of the common rank does not."
  public static let source = "“Structure Over Scale”, 2026, OpenReview XGZHI14m8P"
  public static let reported = """
    Rank 64: 73.1 % at batch 64, 8.7 at 128, 6.0 at 256; rank 8 stays trainable; collapsed adapters use \
    fewer directions.
    """
  public static let rule = """
    At the common learning rate, if the baseline improves there, with the highest rank of LoRA that has two batch sizes: its score at the \
    largest less that at the smallest batch is below −0.1, and below the same difference at the common \
    rank by more than 0.1, with the whole 95 % interval over at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
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

  /// The highest rank above the common one with runs at two batch sizes, and the smallest and largest of
  /// those that it shares with the common rank.
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
