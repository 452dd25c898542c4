/// Claim 11: different runs change the same entries.
public enum CommonMasks: Claim {
  public static let number = 11
  public static let statement =
    "Independent RL runs change the same weights more often than chance."
  public static let source = "Zhu et al., 2025, arXiv 2511.08567"
  public static let reported = """
    Jaccard overlap of five runs' masks 0.55 to 0.60 where chance gives 0.37 to 0.47; down to chance where \
    a layer was rotated.
    """
  public static let rule = """
    Needs the mask of changed bfloat16 entries of every matrix of at least 3 runs of one arm: the mean \
    Jaccard overlap of pairs less pq / (p + q − pq) for densities p and q is above 0.05, with the whole \
    95 % interval. A study keeps medians of metrics and no masks.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    .missing("masks of changed entries: pairs of runs have to be compared entry by entry")
  }
}
