import Foundation
import LinearAlgebra

/// Claim 35: whether rewards teach inside the principal subspace of the base.
package enum RewardsTeachInsidePrincipalSubspace: Claim {
  package static let number = 35
  package static let statement =
    "Rewards teach inside the principal subspace: LoRA-XS gains at least half of what LoRA gains."
  package static let source = "“Learning to reason in 13 parameters”, 2026, arXiv 2602.04118"
  package static let reported = """
    13 trained numbers between the two largest singular directions of each weight bring a 7B model to 91 % on GSM8K by \
    GRPO; supervised training needs 100 to 1000 times as many.
    """
  package static let rule = """
    If LoRA improves at its best rate: of each seed the score at the learning rate that is best on all other seeds, less the \
    start score; of LoRA-XS less half of LoRA's, it is above 0 with the whole 95 % interval over at least 3 seeds and 2 rates \
    of each. TinyLoRA with 13 numbers, in an arm of that name, is shown aside.
    """

  package static func judge(_ study: StudyResults) -> ClaimFinding {
    let (inside, lora) = (gains(study.curve("lora-xs")), gains(study.curve("lora")))
    let tiny = gains(study.runs(ofArm: "tinylora, 13 numbers"))
    return .all(
      of: [
        MarginTest(
          "gain at the rate that is best on other seeds, lora-xs less half of lora",
          needs: "lora-xs and lora at two learning rates",
          values: SeedGroup.paired(inside, lora) { $0 - $1 / 2 }, .above, margin: 0)
      ],
      given: [study.bestGroup("lora").gain(.above, margin: 0)],
      aside: [
        MarginTest(
          "gain at the rate that is best on other seeds, tinylora with 13 numbers",
          needs: "tinylora",
          values: tiny.keys.sorted().compactMap { tiny[$0] }, .above, margin: 0)
      ])
  }

  private static func gains(_ curve: [StudyRun]) -> [Int: Double] {
    let starts = SeedGroup(name: "", runs: curve).values(\.startScore)
    return StudyResults.scoresAtOthersBestRate(of: curve).reduce(into: [:]) { found, entry in
      found[entry.key] = starts[entry.key].map { entry.value - $0 }
    }
  }
}
