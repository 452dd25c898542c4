/// Claim 22: what dropout costs is the mismatch of the policies that sample and learn.
public enum MatchedMasksReturnLoss: Claim {
  public static let number = 22
  public static let statement = """
    Part of what PiSSA loses to dropout returns when answers are drawn with the masks they are learnt with, \
    or importance ratios are taken to be 1.
    """
  public static let source = "this project"
  public static let reported = "A rival explanation of claim 1; see claim 21."
  public static let rule = """
    At the rate of claim 21, if PiSSA loses there by dropout (difference below 0): PiSSA with dropout and \
    matched masks, or with ratios of 1, less PiSSA with dropout alone is above 0.05, with the whole 97.5 % \
    interval over at least 3 seeds; either is enough, hence the wider interval.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    guard let contrast = DropoutContrast(study)
    else { return .missing("pissa with dropout at a rate at which it improves without") }
    let dropped = contrast.dropped("pissa")
    let cures = [
      contrast.dropped("pissa", ", masks matched") { $0.samplesWithDropout = true },
      contrast.dropped("pissa", ", ratio 1") { $0.forcesUnitRatio = true },
    ]
    return .any(
      of: cures.map { $0.less(dropped, .above, margin: 0.05, level: 0.975) },
      given: [dropped.less(contrast.clean("pissa"), .below, margin: 0)])
  }
}
