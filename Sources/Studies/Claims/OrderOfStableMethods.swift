/// Claim 3: among the methods that train stably, structural variants are above LoRA.
public enum OrderOfStableMethods: Claim {
  public static let number = 3
  public static let statement =
    "DoRA, AdaLoRA, LoRA+ and MiSS end above LoRA, and DoRA above full training."
  public static let source = "Yin et al., 2025, arXiv 2512.23165, table 3"
  public static let reported = """
    Mean accuracy: DoRA 46.6, AdaLoRA 44.2, LoRA+ 43.9, MiSS 43.4, LoRA 42.5, full 44.9; of one seed, and \
    not all at one learning rate.
    """
  public static let rule = """
    At the common learning rate, if the baseline improves there: each of the four less LoRA, and DoRA less \
    full training, is above 0.01 with the whole 95 % interval over at least 3 seeds. All five must hold; \
    one that fails refutes the order.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let baseline = study.baselineGroup
    let pairs = ["dora", "adalora", "lora-plus", "miss"].map {
      study.commonGroup($0).less(baseline, .above, margin: 0.01)
    }
    let full = study.commonGroup("dora").less(study.commonGroup("full"), .above, margin: 0.01)
    return .all(of: pairs + [full], given: [study.baselineImproves])
  }
}
