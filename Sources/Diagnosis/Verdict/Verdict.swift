/// A judgement in words, with the facts it rests on.
public struct Verdict: Codable, Equatable, Sendable {
  /// How a run is, from best to worst.
  public enum Status: String, Codable, Sendable, CaseIterable {
    /// What was logged shows how the run went, and no rule found a fault.
    case healthy
    /// No rule found a fault, but nothing or too little was logged that shows how the run went.
    case unjudged
    /// No weight changed.
    case unchanged
    /// Something is wrong, or may be.
    case suspicious
    /// The loss ended above where it began.
    case diverged
    /// What the run was trained for, it lost.
    case collapsed
    /// Some weights are NaN or infinite, or the loss was.
    case nonFinite = "non_finite"
  }
  public var status: Status
  /// One sentence for a headline.
  public var headline: String
  /// The curve that says how the run went; nil if none was logged.
  public var outcome: Outcome?
  /// What the rules found, the worst first.
  public var symptoms: [Symptom]
  /// The rules that could not be applied, and what they lack.
  public var skipped: [SkippedRule]
  /// The checkpoint to take.
  public var best: BestCheckpoint?
  /// Further sentences: what changed most, in how many directions, on or off the principal subspace compared
  /// with chance, how the base's spectrum moved, how the stable rank developed.
  public var sentences: [String]
  /// For each kind of module, the median over its modules of the rank that holds 99 % of an update's energy,
  /// rounded up.
  public var suggestedRanks: [String: Int]

  public init(
    status: Status, headline: String, outcome: Outcome? = nil, symptoms: [Symptom] = [],
    skipped: [SkippedRule] = [], best: BestCheckpoint? = nil, sentences: [String] = [],
    suggestedRanks: [String: Int] = [:]
  ) {
    self.status = status
    self.headline = headline
    self.outcome = outcome
    self.symptoms = symptoms
    self.skipped = skipped
    self.best = best
    self.sentences = sentences
    self.suggestedRanks = suggestedRanks
  }
}

extension Verdict.Status {
  /// The state in a word or two.
  package var word: String {
    switch self {
    case .unjudged: "not judged"
    case .nonFinite: "not finite"
    default: rawValue
    }
  }
}

extension Verdict.Status: Comparable {
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// A rule that could not be applied to a run.
public struct SkippedRule: Codable, Equatable, Sendable {
  /// The key of the rule.
  public var rule: String
  /// What it lacks: `not logged: entropy`.
  public var reason: String

  public init(rule: String, reason: String) {
    self.rule = rule
    self.reason = reason
  }
}

/// The checkpoint of a run that was best by its curve.
public struct BestCheckpoint: Codable, Equatable, Sendable {
  public var step: Int
  /// Why this one, in a sentence.
  public var reason: String

  public init(step: Int, reason: String) {
    self.step = step
    self.reason = reason
  }
}
