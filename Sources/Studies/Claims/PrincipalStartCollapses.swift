/// Claim 1: an adapter that starts in the principal components of the weights is lost at the protocol of the
/// other methods.
public enum PrincipalStartCollapses: Claim {
  public static let number = 1
  public static let statement =
    "PiSSA collapses in RLVR at a learning rate at which LoRA improves."
  public static let source = "Yin et al., 2025, arXiv 2512.23165, table 3"
  public static let reported =
    "Mean accuracy over six benchmarks: PiSSA 0.2, LoRA 42.5, the base model 40.5."
  public static let rule = """
    At the common learning rate, if the baseline improves there: the final score of PiSSA relative to its \
    start is below −50 %, and that of PiSSA less LoRA below −0.1, with the whole 95 % interval over at \
    least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let principal = study.commonGroup("pissa")
    return .all(
      of: [
        principal.relativeChange(.below, margin: 0.5),
        principal.less(study.baselineGroup, .below, margin: 0.1),
      ],
      given: [study.baselineImproves])
  }
}
