import Foundation

/// Claim 6: PiSSA's start is steep, and a rate that is lower by as much brings it back.
public enum LowerRateRestores: Claim {
  public static let number = 6
  public static let statement =
    "PiSSA starts at about ten times LoRA's curvature, and learns at a tenth of the rate."
  public static let source = "“Learning Rate Matters”, 2026, arXiv 2602.04998 (supervised training)"
  public static let reported = """
    Top Hessian eigenvalue by that of LoRA: PiSSA about 10, MiLoRA about 2; the best rate of PiSSA is about \
    a tenth of LoRA's.
    """
  public static let rule = """
    If PiSSA is lost at the common rate (score relative to the start below −50 %): its gain at the rate \
    nearest to a tenth of it, within a factor of 2, is above 0.05, and its top curvature by that of LoRA is \
    above 3; with the whole 95 % interval over at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let curve = study.curve("pissa")
    guard let common = study.common.learningRate,
      let lower = StudyResults.rates(of: curve).filter({ abs(log($0 * 10 / common)) < log(2) })
        .min(by: { abs(log($0 * 10 / common)) < abs(log($1 * 10 / common)) })
    else { return .missing("pissa at a tenth of the common learning rate") }
    let starts = ["pissa", "milora", "lora"].map {
      SeedGroup(name: $0, runs: study.curve($0).filter { $0.probes[ProbeName.curvature] != nil })
    }
    let ratios = starts.prefix(2).map { start in
      start.by(starts[2], .above, factor: 3, what: "top curvature") {
        $0.probes[ProbeName.curvature]
      }
    }
    return .all(
      of: [study.group("pissa", at: lower).gain(.above, margin: 0.05), ratios[0]],
      given: [study.commonGroup("pissa").relativeChange(.below, margin: 0.5)],
      aside: [ratios[1]])
  }
}
