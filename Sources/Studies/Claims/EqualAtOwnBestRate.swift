/// Claim 23: with a learning rate of its own PiSSA is as good as LoRA.
public enum EqualAtOwnBestRate: Claim {
  public static let number = 23
  public static let statement = "At its own best learning rate PiSSA is as good as LoRA at its own."
  public static let source = "this project, after “Learning Rate Matters”, 2026, arXiv 2602.04998"
  public static let reported =
    "A rival explanation of claim 1; under SFT tuned methods agree within 1 to 2 %."
  public static let rule = """
    If LoRA improves at its best rate: of each seed the score at the learning rate that is best on all other seeds, of PiSSA less that of \
    LoRA: the whole 95 % interval of the mean lies within ±0.05, over at least 3 seeds and 2 rates of each.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let tuned = ["pissa", "lora"].map { scoresAtOthersBestRate(study.curve($0)) }
    let best = ["pissa", "lora"].map { study.bestGroup($0) }
    return .all(
      of: [
        MarginTest(
          "score at the rate that is best on other seeds, pissa less lora",
          needs: "pissa and lora at two learning rates",
          values: SeedGroup.paired(tuned[0], tuned[1]) { $0 - $1 }, .within, margin: 0.05)
      ],
      given: [best[1].gain(.above, margin: 0)], aside: [best[0].gain(.above, margin: 0)])
  }

  /// The score of each seed at the rate with the highest mean over the other seeds.
  ///
  /// A rate that is chosen on the seed that it is judged by would profit from that seed's luck.
  private static func scoresAtOthersBestRate(_ runs: [StudyRun]) -> [Int: Double] {
    let rates = StudyResults.rates(of: runs)
    let scores = rates.map { runs.at(rate: $0).scoresBySeed }
    guard rates.count > 1 else { return [:] }
    return Set(runs.compactMap(\.seed)).reduce(into: [:]) { found, seed in
      let means = scores.map { table in
        SampleMoments.mean(of: table.filter { $0.key != seed }.map(\.value)) ?? -.infinity
      }
      let best = means.indices.max { means[$0] < means[$1] }
      if let best, means[best].isFinite { found[seed] = scores[best][seed] }
    }
  }
}
