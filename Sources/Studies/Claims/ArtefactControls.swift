/// Claim 20: the gap between PiSSA and LoRA is none of the differences in how they were run.
public enum ArtefactControls: Claim {
  public static let number = 20
  public static let statement =
    "PiSSA stays below LoRA without dropout, at one scale and on the same modules."
  public static let source = "Yin et al., 2025, arXiv 2512.23165, and the code published with it"
  public static let reported = """
    PiSSA was run with dropout 0.05, and MiLoRA with another scale and other modules; no control is \
    reported.
    """
  public static let rule = """
    At the common learning rate, if the baseline improves there: PiSSA less LoRA, both with dropout 0 and \
    the common scale, is below −0.1 on all modules and on each smaller set of modules that both have, with \
    the whole 95 % interval over at least 3 seeds. One smaller set is needed. PiSSA of other scales is \
    shown aside.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let everywhere = gap(in: study, "dropout 0") { _ in }
    let parts = targets(in: study).map { targets in
      gap(in: study, "dropout 0, \(targets.joined(separator: " "))") { $0.targets = targets }
    }
    if parts.isEmpty { return .missing("pissa and lora on a smaller set of modules") }
    let clean = study.commonGroup("lora", "dropout 0") { $0.dropout = 0 }
    let scales = scales(in: study).map { scale in
      study.commonGroup("pissa", "scale \(scale)") {
        $0.dropout = 0
        $0.scale = scale
      }.less(clean, .below, margin: 0.1)
    }
    return .all(of: [everywhere] + parts, given: [study.baselineImproves], aside: scales)
  }

  private static func gap(
    in study: StudyResults, _ words: String, _ change: (inout Factors) -> Void
  ) -> MarginTest {
    let groups = ["pissa", "lora"].map { adapter in
      study.commonGroup(adapter, words) {
        $0.dropout = 0
        change(&$0)
      }
    }
    return groups[0].less(groups[1], .below, margin: 0.1)
  }

  private static func targets(in study: StudyResults) -> [[String]] {
    let sets = ["pissa", "lora"].map { adapter in
      Set(study.runs.filter { $0.factors.adapter == adapter }.compactMap(\.factors.targets))
    }
    return sets[0].intersection(sets[1])
      .filter { !$0.isEmpty && $0 != study.common.targets }
      .sorted { $0.joined() < $1.joined() }
  }

  private static func scales(in study: StudyResults) -> [Double] {
    let pissa = study.runs.filter { $0.factors.adapter == "pissa" }
    return Set(pissa.compactMap(\.factors.scale)).subtracting([study.common.scale ?? 0]).sorted()
  }
}
