import Foundation

extension ClaimFinding {
  /// All parts must hold: if one fails, the claim is refuted; if one is open, the claim is open.
  /// - Parameters:
  ///   - parts: What the claim says; at least one.
  ///   - conditions: What must hold for the comparison to mean anything. If one fails, the claim is undecided
  ///     whatever the parts say; if one lacks runs, the claim is not tested.
  ///   - aside: Numbers that are shown and do not decide.
  static func all(
    of parts: [any RulePart], given conditions: [any RulePart] = [], aside: [any RulePart] = []
  ) -> ClaimFinding {
    let verdicts = parts.map { $0.verdict }
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
  static func any(of parts: [any RulePart], given conditions: [any RulePart] = []) -> ClaimFinding {
    let verdicts = parts.map { $0.verdict }
    let verdict = [Verdict.reproduced, .undecided, .notTested].first(where: verdicts.contains)
    return finding(verdict ?? .notReproduced, parts, conditions, [])
  }

  /// The runs that a rule needs are not there.
  static func missing(_ runs: String) -> ClaimFinding {
    ClaimFinding(.notTested, "The study has no \(runs).")
  }

  /// The runs with which alone the claim could be tested were not made.
  /// - Parameters:
  ///   - control: Those runs.
  ///   - parts: What was measured without them; it decides nothing.
  static func missing(control: String, measured parts: [any RulePart] = []) -> ClaimFinding {
    let numbers = Self.words(parts)
    return ClaimFinding(
      .notTested,
      "The study has no right control: the control is \(control)."
        + (numbers.isEmpty ? "" : " Measured without it: \(numbers)."))
  }

  /// No outcome could satisfy the rule.
  /// - Parameters:
  ///   - reason: The range that forbids it, with its numbers.
  ///   - parts: What was measured.
  static func notTestable(_ reason: String, measured parts: [any RulePart]) -> ClaimFinding {
    ClaimFinding(
      .notTestable, "\(reason). Measured: \(words(parts)).",
      evidence: parts.compactMap { $0.evidence })
  }

  /// A claim that is judged at several learning rates holds if it holds at each of them, and fails if it fails at each.
  /// If the rates disagree it is undecided, and the finding says where it holds.
  /// - Parameters:
  ///   - rates: Ascending; at least one.
  ///   - condition: What must hold at a rate; one where it is not known to hold is left out, unless there is no other.
  ///   - finding: What is found at a rate.
  static func atEachRate(
    _ rates: [Double], where condition: (Double) -> any RulePart,
    _ finding: (Double) -> ClaimFinding
  ) -> ClaimFinding {
    let kept = rates.filter { [.reproduced, .notTested].contains(condition($0).verdict) }
    var result = atEachRate((kept.isEmpty ? rates : kept).map { (rate: $0, finding: finding($0)) })
    let left = rates.filter { !kept.contains($0) }.map(\.description)
    if !kept.isEmpty, !left.isEmpty {
      result.measured +=
        " Left out, since what the rule starts from does not hold there: \(left.joined(separator: ", "))."
    }
    return result
  }

  private static func atEachRate(
    _ findings: [(rate: Double, finding: ClaimFinding)]
  ) -> ClaimFinding {
    let tested = findings.filter { $0.finding.verdict != .notTested }
    guard tested.count > 1 else { return (tested.first ?? findings[0]).finding }
    let verdicts = Set(tested.map { $0.finding.verdict })
    let words = tested.map { "at \($0.rate) \($0.finding.verdict.rawValue)" }
    return ClaimFinding(
      verdicts.count == 1 ? tested[0].finding.verdict : .undecided,
      (verdicts.count == 1
        ? "" : "It depends on the learning rate: \(words.joined(separator: ", ")). ")
        + tested.map { $0.finding.measured }.joined(separator: " "),
      evidence: tested.flatMap { $0.finding.evidence })
  }

  private static func finding(
    _ verdict: Verdict, _ parts: [any RulePart], _ conditions: [any RulePart],
    _ aside: [any RulePart]
  ) -> ClaimFinding {
    let evidence = (conditions + parts + aside).compactMap { $0.evidence }
    let numbers = Self.words(parts)
    let failed = conditions.filter { $0.verdict != .reproduced }
    let needed = conditions + (verdict == .notTested ? parts : [])
    let missing = missingRuns(needed)
    if !missing.isEmpty {
      let amount = needed.first { $0.missing != nil }.map { type(of: $0).amount } ?? ""
      return ClaimFinding(
        .notTested,
        "Needs \(amount) " + missing.joined(separator: "; ")
          + (numbers.isEmpty ? "." : ". Measured: \(numbers)."),
        evidence: evidence)
    }
    if !failed.isEmpty {
      let words = Self.words(failed)
      return ClaimFinding(
        .undecided, "What the rule starts from does not hold: \(words). Measured: \(numbers).",
        evidence: evidence)
    }
    return ClaimFinding(verdict, numbers + ".", evidence: evidence)
  }

  /// The numbers of some parts in one sentence.
  private static func words(_ parts: [any RulePart]) -> String {
    parts.compactMap { $0.words }.joined(separator: "; ")
  }

  /// The runs that parts lack, each named once.
  private static func missingRuns(_ parts: [any RulePart]) -> [String] {
    var seen = Set<String>()
    return parts.compactMap { $0.missing }.filter { seen.insert($0).inserted }
  }
}

extension ClaimEvidence {
  /// The number with its interval: `score, a less b: −0.79 [−0.82, −0.76], 5 seeds`.
  /// - Parameter units: What is counted.
  func words(of units: String) -> String {
    let range = interval.map { " [\(Self.number($0.lower)), \(Self.number($0.upper))]" } ?? ""
    return "\(label): \(Self.number(value))\(range), \(count) \(units)"
  }

  static func number(_ value: Double) -> String { String(format: "%.3g", value) }
}
