/// The results for one run: how it was trained, its medians over steps, its curves and a verdict in words.
public struct RunAnalysis: Codable, Equatable, Sendable {
  public var name: String
  public var method: String
  public var seed: Int?
  /// How the run was trained, as far as its files say.
  public var settings: RunSettings
  /// Where the base weights came from, and the hash of their contents.
  public var base: BaseIdentity?
  /// One summary per analysed checkpoint, by ascending step.
  public var steps: [StepSummary]
  /// What the trainer logged, by name (`reward`, `loss`, `entropy`, …), ascending in step.
  public var curves: [String: [CurvePoint]]
  public var verdict: Verdict
  /// What the reader of the checkpoints found, a line each.
  public var findings: [String]
  /// Those of the findings that may mean a fault.
  public var warnings: [String]

  public init(
    name: String, method: String, seed: Int?, settings: RunSettings = RunSettings(),
    base: BaseIdentity?, steps: [StepSummary], curves: [String: [CurvePoint]], verdict: Verdict,
    findings: [String], warnings: [String] = []
  ) {
    self.name = name
    self.method = method
    self.seed = seed
    self.settings = settings
    self.base = base
    self.steps = steps
    self.curves = curves
    self.verdict = verdict
    self.findings = findings
    self.warnings = warnings
  }
}

/// The base that an analysis compares with.
public struct BaseIdentity: Codable, Equatable, Sendable {
  /// As given or found: a name or a path.
  public var name: String
  /// XXH3 (128 bits) over the names, shapes and contents of the analysed base tensors.
  public var contentHash: String

  public init(name: String, contentHash: String) {
    self.name = name
    self.contentHash = contentHash
  }
}
