/// Claim 13: the principal directions alone do no harm.
public enum DirectionsWithoutResidual: Claim {
  public static let number = 13
  public static let statement =
    "Orthonormal starts with B = 0 learn, in PiSSA's directions (RLPO) and in MiLoRA's (RLMO)."
  public static let source = "RLPO, 2026, arXiv 2606.31813"
  public static let reported =
    "Mean accuracy above LoRA: RLPO +2.63, RLMO +1.36; divergence from the base lower than LoRA's."
  public static let rule = """
    At the common learning rate, if the baseline improves there: the gain of RLPO and of RLMO over the \
    start is above 0.05, and RLPO less PiSSA, which shares its directions, above 0.1, with the whole 95 % \
    interval over at least 3 seeds. Whether they are above LoRA is shown aside.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let starts = ["rlpo", "rlmo"].map { study.commonGroup($0) }
    return .all(
      of: starts.map { $0.gain(.above, margin: 0.05) } + [
        starts[0].less(study.commonGroup("pissa"), .above, margin: 0.1)
      ],
      given: [study.baselineImproves],
      aside: starts.map { $0.less(study.baselineGroup, .above, margin: 0.01) })
  }
}
