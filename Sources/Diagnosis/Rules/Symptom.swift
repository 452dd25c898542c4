/// What a rule found wrong with a run: evidence, cause and what to change.
public struct Symptom: Codable, Equatable, Sendable {
  /// The key of the rule, which is also its heading in docs/health.md.
  public var rule: String
  /// The state that the run is in because of it. A mere remark leaves it `healthy`.
  public var status: Verdict.Status
  /// Where it began; nil if it concerns the whole run.
  public var step: Int?
  /// The columns of the log, or the metrics, that show it.
  public var columns: [String]
  /// What was seen, in numbers: a sentence.
  public var evidence: String
  /// What it means: a sentence.
  public var cause: String
  /// What to change: a sentence.
  public var advice: String

  public init(
    rule: String, status: Verdict.Status, step: Int? = nil, columns: [String] = [],
    evidence: String, cause: String, advice: String
  ) {
    self.rule = rule
    self.status = status
    self.step = step
    self.columns = columns
    self.evidence = evidence
    self.cause = cause
    self.advice = advice
  }
}
