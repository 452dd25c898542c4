/// Claim 19: LoRA's result hardly depends on what is not the adapter.
public enum Insensitivity: Claim {
  public static let number = 19
  public static let statement =
    "LoRA's score depends little on the batch size, the loss and a lower learning rate."
  public static let source = "Yin et al., 2025, arXiv 2512.23165, table 5"
  public static let reported = """
    Batch 32 and 128: 43.0 and 42.5; DAPO 42.5, Dr. GRPO 42.0, GRPO 40.5; rate 5e-6 and 1e-5: 42.3 both.
    """
  public static let rule = """
    At the common learning rate, if the baseline improves there: LoRA at every other batch size and with \
    every other loss of reinforcement that the study has, and at the next lower rate, less LoRA lies \
    within ±0.05 with the whole 95 % interval over at least 3 seeds. Each of the three kinds is needed.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
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
