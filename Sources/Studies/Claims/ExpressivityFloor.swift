/// Claim 4: below some number of parameters nothing is learnt.
public enum ExpressivityFloor: Claim {
  public static let number = 4
  public static let statement =
    "LoRA of rank 1 and VeRA learn little of what LoRA of the common rank learns."
  public static let source = "Yin et al., 2025, arXiv 2512.23165, tables 3 to 5"
  public static let reported =
    "Mean accuracy: rank 1 40.5, VeRA 40.7, the base model 40.5; rank 16 43.9, rank 32 42.5."
  public static let rule = """
    At the common learning rate, if the baseline improves there: the gain over the start, less half of the \
    baseline's gain on the same seed, is below 0 for both with the whole 95 % interval over at least 3 \
    seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
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
