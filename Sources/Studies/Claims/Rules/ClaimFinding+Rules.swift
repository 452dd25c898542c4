import Foundation

extension ClaimFinding {
  /// All parts must hold: if one fails, the claim is refuted; if one is open, the claim is open.
  /// - Parameters:
  ///   - parts: What the claim says; at least one.
  ///   - conditions: What must hold for the comparison to mean anything. If one fails, the claim is undecided
  ///     whatever the parts say; if one lacks runs, the claim is not tested.
  ///   - aside: Numbers that are shown and do not decide.
  static func all(
    of parts: [MarginTest], given conditions: [MarginTest] = [], aside: [MarginTest] = []
  ) -> ClaimFinding {
    let verdicts = parts.map(\.verdict)
    let verdict: Verdict =
      verdicts.contains(.notReproduced)
      ? .notReproduced
      : [.notTested, .undecided].first(where: verdicts.contains) ?? .reproduced
    return finding(verdict, parts, conditions, aside)
  }

  /// One part that holds is enough. The claim is refuted only if every part fails; a part that could not be
  /// tested leaves it open.
  ///
  /// The level of the parts' intervals should be corrected for the number of parts.
  /// - Parameters:
  ///   - parts: What the claim says; at least one.
  ///   - conditions: What must hold for the comparison to mean anything.
  static func any(of parts: [MarginTest], given conditions: [MarginTest] = []) -> ClaimFinding {
    let verdicts = parts.map(\.verdict)
    let verdict = [Verdict.reproduced, .undecided, .notTested].first(where: verdicts.contains)
    return finding(verdict ?? .notReproduced, parts, conditions, [])
  }

  /// The runs that a rule needs are not there.
  static func missing(_ runs: String) -> ClaimFinding {
    ClaimFinding(.notTested, "The study has no \(runs).")
  }

  private static func finding(
    _ verdict: Verdict, _ parts: [MarginTest], _ conditions: [MarginTest], _ aside: [MarginTest]
  ) -> ClaimFinding {
    let evidence = (conditions + parts + aside).compactMap(\.evidence)
    let numbers = parts.compactMap(\.evidence).map(\.words).joined(separator: "; ")
    let failed = conditions.filter { $0.verdict != .reproduced }
    let missing = missingRuns(conditions + (verdict == .notTested ? parts : []))
    if !missing.isEmpty {
      let needed = "Needs at least \(MarginTest.fewestSeeds) seeds of "
      return ClaimFinding(
        .notTested,
        needed + missing.joined(separator: "; ")
          + (numbers.isEmpty ? "." : ". Measured: \(numbers)."),
        evidence: evidence)
    }
    if !failed.isEmpty {
      let words = failed.compactMap(\.evidence).map(\.words).joined(separator: "; ")
      return ClaimFinding(
        .undecided, "What the rule starts from does not hold: \(words). Measured: \(numbers).",
        evidence: evidence)
    }
    return ClaimFinding(verdict, numbers + ".", evidence: evidence)
  }

  /// The runs that parts lack, each named once.
  private static func missingRuns(_ parts: [MarginTest]) -> [String] {
    var seen = Set<String>()
    return parts.compactMap(\.missing).filter { seen.insert($0).inserted }
  }
}

extension ClaimEvidence {
  /// The number with its interval: `score, a less b: −0.79 [−0.82, −0.76], 5 seeds`.
  var words: String { words(of: "seeds") }

  func words(of units: String) -> String {
    let range = interval.map { " [\(Self.number($0.lower)), \(Self.number($0.upper))]" } ?? ""
    return "\(label): \(Self.number(value))\(range), \(count) \(units)"
  }

  static func number(_ value: Double) -> String { String(format: "%.3g", value) }
}
