public import Diagnosis

/// Runs of any origin in groups, so that only like is compared with like: the contents of comparison.json.
public struct RunComparison: Codable, Equatable, Sendable {
  public var title: String
  public var command: [String]
  public var version: String
  /// What was left out when the runs were read, and why.
  public var notes: [String]
  public var groups: [ComparedGroup]

  /// Compares groups of runs.
  /// - Parameters:
  ///   - title: Of the report.
  ///   - groups: Each with runs of one base that are judged by one measure.
  ///   - notes: What was left out when they were read.
  ///   - command: The command line that made the report.
  ///   - version: Of this program.
  public init(
    title: String, groups: [StudyResults], notes: [String], command: [String], version: String
  ) {
    self.title = title
    self.groups = groups.map(ComparedGroup.init)
    self.notes = notes
    self.command = command
    self.version = version
  }
}

/// Runs that can be compared, and the comparison.
public struct ComparedGroup: Codable, Equatable, Sendable {
  public var title: String
  public var measure: Measure
  /// The arm that the others are compared with.
  public var baseline: String
  /// K of the head shares and principal angles; nil if that is not known.
  public var topCount: Int?
  /// What else than the method differs between arms, so that a difference may not be the method's.
  public var cautions: [String]
  /// What was found, in sentences.
  public var headlines: [String]
  public var comparison: StudyComparison
  /// The claims of papers that these runs can test.
  public var claims: [JudgedClaim]

  init(of study: StudyResults) {
    title = study.title
    measure = study.measure
    baseline = study.baseline
    topCount = study.topCount
    comparison = StudyComparison(of: study)
    cautions = Cautions(of: study).sentences
    headlines = ComparisonHeadlines(of: study, comparison).sentences
    // Their margins are accuracies: of rewards on another scale they would say nothing.
    claims =
      study.measure.kind == .reinforcement && study.measure.range == 0...1
      ? ClaimRegistry.judge(study).filter { $0.finding.verdict != .notTested } : []
  }
}
