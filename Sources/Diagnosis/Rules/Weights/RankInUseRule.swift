import Spectra

/// A rank that is used up, or half of which is not used.
public enum RankInUseRule: HealthRule {
  public static let name = "rank-in-use"
  public static let summary = "the rank of the adapter is used up, or half of it is not used"

  /// The shares of the rank, by what holds 99 % of the energy, from which on it is used up and up to which it is not.
  static let full = 0.9, half = 0.5
  /// Of a smaller rank, half says little.
  static let smallest = 4

  public static func examine(_ run: ExaminedRun) -> Examination {
    guard let rank = run.settings.rank else {
      return .skipped("no rank: not an adapter of low rank")
    }
    guard let used = run.steps.last?.medians[EnergyRank99.name] else {
      return .skipped("no \(EnergyRank99.name)")
    }
    guard rank >= smallest else { return .clear }
    // B A − B₀ A₀ has twice the rank of the factors.
    let reached = run.steps.last?.medians[UpdateRank.name] ?? Double(rank)
    let isSubtracted = reached > Double(rank)
    let possible = Double(isSubtracted ? 2 * rank : rank)
    guard reached <= possible else {
      return .skipped("the method changes more than a product of factors")
    }
    let words =
      "\(Words.number(used)) directions hold 99 % of the median update; r = \(rank)"
      + (isSubtracted ? " allows \(2 * rank), because the start is subtracted" : "") + "."
    if used >= full * possible {
      return .found(
        symptom(
          words, "The rank is used up: it may limit what is learnt.",
          "If the outcome still improves, try r = \(2 * rank); with α/r kept, the rate can stay."))
    }
    guard used <= half * possible else { return .clear }
    let enough = max(1, Int((isSubtracted ? used / 2 : used).rounded(.up)))
    return .found(
      symptom(
        words, "At least half of the rank is not used.",
        "r = \(enough) would hold 99 % of this update, with fewer numbers to store and to serve."))
  }

  private static func symptom(_ evidence: String, _ cause: String, _ advice: String) -> Symptom {
    Symptom(
      rule: name, status: .healthy, columns: [EnergyRank99.name], evidence: evidence, cause: cause,
      advice: advice)
  }
}
