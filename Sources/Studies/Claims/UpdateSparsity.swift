import Spectra

/// Claim 9: most weights keep their bfloat16 value under reinforcement.
public enum UpdateSparsity: Claim {
  public static let number = 9
  public static let statement =
    "More weights keep their bfloat16 value under full RL than under SFT."
  public static let source = "Zhu et al., 2025, arXiv 2511.08567, table 1"
  public static let reported =
    "Share of unchanged weights: 36 to 92 % in eleven RL models, 0.6 to 18.8 % in three SFT models."
  public static let rule = """
    Full training at its best rate with the common objective and with demonstrations, if both improve: \
    bf16_update_sparsity of RL less SFT is above 0.1 with the whole 95 % interval over at least 3 paired \
    seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    let sparsity = BF16UpdateSparsity.name
    return .all(
      of: [both.difference(of: sparsity, .above, margin: 0.1)], given: both.improve,
      aside: [both.reinforced, both.supervised].map { group in
        group.test("\(sparsity), \(group.name)", .above, margin: 0) { $0.final(sparsity) }
      })
  }
}
