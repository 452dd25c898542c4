/// Claim 24: it takes the principal directions and their magnitudes.
public enum NeitherAloneKills: Claim {
  public static let number = 24
  public static let statement = """
    Neither PiSSA's directions (RLPO) nor its magnitudes on random directions keep an adapter from \
    learning; both together do.
    """
  public static let source = "this project"
  public static let reported =
    "A rival explanation of claim 1; RLPO learns in its source, arXiv 2606.31813."
  public static let rule = """
    At the common learning rate, if the baseline improves there: the gain of RLPO and that of random-residual \
    are above 0.05, and PiSSA's score relative to its start is below −50 %, with the whole 95 % interval \
    over at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let alone = ["rlpo", "random-residual"].map { study.commonGroup($0) }
    return .all(
      of: alone.map { $0.gain(.above, margin: 0.05) } + [
        study.commonGroup("pissa").relativeChange(.below, margin: 0.5)
      ],
      given: [study.baselineImproves])
  }
}
