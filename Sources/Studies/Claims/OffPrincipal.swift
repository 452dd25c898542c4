import Spectra

/// Claim 12: the update is less principal than the weight, and no less than chance.
public enum OffPrincipal: Claim {
  public static let number = 12
  public static let statement = """
    The energy of a full RL update in the upper half of the base's directions lies between chance and the \
    base's own, and at chance in o_proj.
    """
  public static let source = "Yin et al., 2025, arXiv 2512.23165: data published with the code"
  public static let reported =
    "Update 0.57, base 0.84, chance 0.5; o_proj 0.497; of one unnamed run with 36 layers."
  public static let rule = """
    Full training at its best rate, if it improves: principal_half_share less 0.5 is above 0.01; the \
    base's own share less that of the update is above 0.05; and principal_half_share of o_proj less 0.5 \
    lies within ±0.05; with the whole 95 % interval over at least 3 seeds.
    """

  public static func judge(_ study: StudyResults) -> ClaimFinding {
    let full = study.bestGroup("full")
    let share = PrincipalHalfShare.name
    return .all(
      of: [
        full.test("\(share) less chance", .above, margin: 0.01) {
          $0.final(share).map { $0 - 0.5 }
        },
        full.test("upper half, base less update", .above, margin: 0.05) { run in
          run.baseHalfShare.flatMap { base in run.final(share).map { base - $0 } }
        },
        full.test("\(share) of o_proj less chance", .within, margin: 0.05) {
          $0.kinds["o_proj"]?[share].map { $0 - 0.5 }
        },
      ],
      given: [full.gain(.above, margin: 0)])
  }
}

extension StudyRun {
  /// The share of the base's energy in the first half of its directions; nil without a profile.
  fileprivate var baseHalfShare: Double? {
    let total = profile.reduce(0) { $0 + $1.baseEnergy }
    let indices = profile.reduce(0) { $0 + $1.nullEnergyRight }
    guard total > 0, indices > 0 else { return nil }
    var seen = 0.0
    var upper = 0.0
    for bin in profile {
      // A bin across the middle counts by its share below it.
      let inside = min(1, max(0, (indices / 2 - seen) / max(bin.nullEnergyRight, 1e-300)))
      upper += inside * bin.baseEnergy
      seen += bin.nullEnergyRight
    }
    return upper / total
  }
}
