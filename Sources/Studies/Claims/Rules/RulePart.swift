import LinearAlgebra

/// One part of a rule.
protocol RulePart {
  /// What this part says about the claim.
  var verdict: ClaimFinding.Verdict { get }
  /// The number behind it; nil where there are too few seeds.
  var evidence: ClaimEvidence? { get }
  /// What is missing, in words; nil if nothing is.
  var missing: String? { get }
  /// How much of it a verdict takes, as words before ``missing``.
  static var amount: String { get }
  /// What ``evidence`` counts.
  static var unit: String { get }
}

extension RulePart {
  static var amount: String { "at least \(MarginTest.fewestSeeds) seeds of" }
  static var unit: String { "seeds" }

  /// The number behind it in words, with its interval.
  var words: String? { evidence?.words(of: Self.unit) }
}

extension MarginTest: RulePart {}

/// A part that counts: in most seeds something is so.
///
/// It holds if Wilson's 95 % interval of the share lies above one half (five of five, or four of four), and fails if it lies
/// below. Three seeds cannot decide it.
struct MajorityTest: RulePart {
  let label: String
  let needs: String
  /// Whether it is so, for each seed.
  let outcomes: [Bool]

  private var interval: ConfidenceInterval? {
    outcomes.count < MarginTest.fewestSeeds
      ? nil : ConfidenceInterval.ofShare(outcomes.count { $0 }, of: outcomes.count)
  }

  var verdict: ClaimFinding.Verdict {
    guard let interval else { return .notTested }
    return interval.lower > 0.5 ? .reproduced : interval.upper < 0.5 ? .notReproduced : .undecided
  }

  var evidence: ClaimEvidence? {
    interval.map {
      ClaimEvidence(
        label, value: Double(outcomes.count { $0 }) / Double(outcomes.count), interval: $0,
        count: outcomes.count)
    }
  }

  var missing: String? {
    interval == nil ? "\(needs) (\(outcomes.count) of \(MarginTest.fewestSeeds) seeds)" : nil
  }
}
