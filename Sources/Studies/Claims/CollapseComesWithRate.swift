import Foundation

/// Claim 5: whether PiSSA collapses, and when, is a matter of the learning rate.
public enum CollapseComesWithRate: Claim {
  public static let number = 5
  public static let statement =
    "PiSSA is lost at lower learning rates than LoRA, and learns at the lowest one."
  public static let source = "Zhu et al., 2025, arXiv 2511.08567"
  public static let reported = """
    Of 1e-5, 5e-5 and 1e-4 the two higher rates make PiSSA unstable, and it collapses earlier than LoRA; \
    curves only.
    """
  public static let rule = """
    On the learning rates that both have, seed by seed: the lowest rate at which LoRA is lost (collapsed, \
    or below half of its start score) by that at which PiSSA is, one grid step above the highest where \
    none is, is above 2; and PiSSA's gain at the lowest rate is above 0; with the whole 95 % interval over \
    at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let curves = ["lora", "pissa"].map { study.curve($0) }
    let rates = Set(StudyResults.rates(of: curves[0]))
      .intersection(StudyResults.rates(of: curves[1])).sorted()
    guard rates.count > 1 else { return .missing("lora and pissa at two common learning rates") }
    let deaths = curves.map { DeathRate.bySeed($0, rates: rates) }
    let comparison = MarginTest(
      "rate at which it is lost, lora by pissa", needs: "lora and pissa at all rates",
      values: SeedGroup.paired(deaths[0], deaths[1]) { log($0 / $1) }, .above, margin: log(2),
      scale: .logarithm)
    let lowest = study.group("pissa", at: rates[0])
    return .all(
      of: [comparison, lowest.gain(.above, margin: 0)],
      aside: rates.map { rate in
        study.group("pissa", at: rate).test(
          "pissa at \(rate), step of collapse", .above, margin: 0
        ) { $0.collapse.collapseStep.map(Double.init) }
      })
  }
}
