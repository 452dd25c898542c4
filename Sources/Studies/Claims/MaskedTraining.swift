/// Claim 16: which entries may be trained decides how well.
public enum MaskedTraining: Claim {
  public static let number = 16
  public static let statement =
    "RL of the principal entries alone is worse than of their complement or of small weights alone."
  public static let source = "Zhu et al., 2025, arXiv 2511.08567"
  public static let reported = """
    Mean accuracy after 320 steps: principal half 53.82, its complement 55.40, smallest 59 % 56.69, all \
    57.44.
    """
  public static let rule = """
    Needs full training with a mask on the gradient, which the trainer does not have: at the best rate of \
    each arm, principal less complement and principal less small weights are below −0.01, with the whole \
    95 % interval over at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    .missing("training of a chosen part of the entries")
  }
}
