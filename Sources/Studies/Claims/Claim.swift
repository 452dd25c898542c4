/// A statement of a paper that the runs of a study can support or contradict.
///
/// A new claim is a type in `Claims` and one line in ``ClaimRegistry/all``. The verdict comes from the rule
/// alone: what is compared, in which direction and by what margin is fixed before the data are seen.
public protocol Claim: Sendable {
  /// Place in the table, from 1.
  static var number: Int { get }
  /// What is claimed, in one sentence.
  static var statement: String { get }
  /// Author, year, arXiv number, table.
  static var source: String { get }
  /// What the source reports, with its numbers.
  static var reported: String { get }
  /// What is compared, in which direction, by what margin, and which runs it needs.
  static var rule: String { get }
  /// Applies the rule.
  static func judge(_ study: StudyResults) -> ClaimFinding
}

/// What a study says of a claim.
public struct ClaimFinding: Codable, Equatable, Sendable {
  public enum Verdict: String, Codable, Sendable, CaseIterable {
    case reproduced
    case notReproduced = "not reproduced"
    /// The runs are there but do not settle the claim.
    case undecided
    /// The runs that the rule needs are not in the study.
    case notTested = "not tested"
    /// The runs are there, but no outcome within the range of what is measured could satisfy the rule.
    case notTestable = "not testable here"
  }

  public var verdict: Verdict
  /// What was measured, in one or two sentences with numbers and intervals.
  public var measured: String
  /// The numbers behind it.
  public var evidence: [ClaimEvidence]

  public init(_ verdict: Verdict, _ measured: String, evidence: [ClaimEvidence] = []) {
    self.verdict = verdict
    self.measured = measured
    self.evidence = evidence
  }
}

/// A number that a verdict rests on.
public struct ClaimEvidence: Codable, Equatable, Sendable {
  public var label: String
  public var value: Double
  public var interval: ConfidenceInterval?
  /// How many runs it is computed from.
  public var count: Int

  public init(_ label: String, value: Double, interval: ConfidenceInterval? = nil, count: Int) {
    self.label = label
    self.value = value
    self.interval = interval
    self.count = count
  }
}
