/// All that is written about a study, but its runs: what study.json holds.
public struct StudyDocument: Codable, Equatable, Sendable {
  public var title: String
  public var command: [String]
  public var version: String
  public var common: Factors
  public var baseline: String
  public var runCount: Int
  public var comparison: StudyComparison
  public var claims: [JudgedClaim]

  /// Compares the runs and judges the claims.
  /// - Parameters:
  ///   - study: All runs.
  ///   - command: The command line that made the report.
  ///   - version: Of this program.
  public init(of study: StudyResults, command: [String], version: String) {
    title = study.title
    self.command = command
    self.version = version
    common = study.common
    baseline = study.baseline
    runCount = study.runs.count
    comparison = StudyComparison(of: study)
    claims = ClaimRegistry.judge(study)
  }
}
