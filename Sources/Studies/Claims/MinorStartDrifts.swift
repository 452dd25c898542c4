import Spectra

/// Claim 14: nothing holds MiLoRA in the tail where it starts.
public enum MinorStartDrifts: Claim {
  public static let number = 14
  public static let statement =
    "MiLoRA's update moves from the tail of the spectrum towards the principal directions."
  public static let source = "Yin et al., 2025, arXiv 2512.23165, section 3.1"
  public static let reported = """
    The start's own norm is negligible, and the update's energy returns to the leading components; a figure \
    without numbers.
    """
  public static let rule = """
    At the highest learning rate at which MiLoRA improves: head_share_right at the last step less that at \
    the first step that was looked at is above 0.02, with the whole 95 % interval over at least 3 seeds. \
    The share is that of the effective update; where it began is shown aside.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    guard let rate = StudyResults.highestHealthyRate(of: [study.curve("milora")])
    else { return .missing("learning rate at which milora improves, on 3 seeds") }
    let minor = study.group("milora", at: rate)
    let head = HeadShareRight.name
    return .all(
      of: [
        minor.test("\(head), \(minor.name), last less first", .above, margin: 0.02) { run in
          run.final(head).flatMap { last in run.first(head).map { last - $0 } }
        }
      ],
      aside: [
        minor.test("\(EnergyCenterRight.name) at first", .above, margin: 0) {
          $0.first(EnergyCenterRight.name)
        }
      ])
  }
}
