import Spectra

/// Claim 10: the entries that change avoid the principal part of the weight and prefer small weights.
public enum MaskGeometry: Claim {
  public static let number = 10
  public static let statement =
    "Entries that full RL changes avoid the principal mask and favour small weights, unlike SFT's."
  public static let source =
    "Zhu et al., 2025, arXiv 2511.08567, section 4.2; 2026, arXiv 2606.07082"
  public static let reported =
    "Overlap with the smallest 30 % of the weights: RLVR 73.5 %, SFT 31.9 %; chance 30 %."
  public static let rule = """
    Full training at its best rate with the common objective and with demonstrations, if both improve: \
    under RL principal_mask_overlap less 0.3 is below −0.02, low_magnitude_mask_overlap less 0.3 above \
    0.02, and the latter of RL less SFT above 0.05, with the whole 95 % interval over at least 3 seeds. \
    SFT is the control for small weights changing their bfloat16 value more easily.
    """

  /// The share of the entries that are in a mask.
  private static let chance = 0.3

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let both = TwoTrainings(study)
    let low = LowMagnitudeMaskOverlap.name
    return .all(
      of: [
        excess(PrincipalMaskOverlap.name, in: both.reinforced, .below),
        excess(low, in: both.reinforced, .above),
        both.difference(of: low, .above, margin: 0.05),
      ],
      given: both.improve, aside: [excess(low, in: both.supervised, .above)])
  }

  private static func excess(
    _ metric: String, in group: SeedGroup, _ direction: MarginTest.Direction
  ) -> MarginTest {
    group.test("\(metric) less chance, \(group.name)", direction, margin: 0.02) {
      $0.final(metric).map { $0 - chance }
    }
  }
}
