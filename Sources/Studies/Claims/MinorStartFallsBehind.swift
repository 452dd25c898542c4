/// Claim 2: an adapter that starts in the minor components ends below the base model, above PiSSA.
public enum MinorStartFallsBehind: Claim {
  public static let number = 2
  public static let statement =
    "MiLoRA ends below the model that it started from, and above PiSSA."
  public static let source = "Yin et al., 2025, arXiv 2512.23165, table 3"
  public static let reported =
    "Mean accuracy over six benchmarks: MiLoRA 18.0, the base model 40.5, PiSSA 0.2."
  public static let rule = """
    At the common learning rate, if the baseline improves there: the final less the start score of MiLoRA \
    is below −0.05, and MiLoRA less PiSSA is above 0.05, with the whole 95 % interval over at least 3 \
    seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let minor = study.commonGroup("milora")
    return .all(
      of: [
        minor.gain(.below, margin: 0.05),
        minor.less(study.commonGroup("pissa"), .above, margin: 0.05),
      ],
      given: [study.baselineImproves], aside: [minor.less(study.baselineGroup, .below, margin: 0)])
  }
}
