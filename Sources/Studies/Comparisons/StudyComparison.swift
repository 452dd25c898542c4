/// Everything that a study's runs are compared by. The same runs in any order give the same value.
public struct StudyComparison: Codable, Equatable, Sendable {
  /// Each arm at each learning rate.
  public var summaries: [ArmSummary]
  /// Each arm at its own best learning rate.
  public var ownBest: [OwnBest]
  /// Each metric as a warning of collapse.
  public var warnings: [EarlyWarning]
  /// The best of them, with the choice judged too.
  public var bestWarnings: [BestWarning]

  /// Compares the runs of a study.
  /// - Parameters:
  ///   - study: All runs.
  ///   - bootstrap: How intervals over seeds are made.
  public init(of study: StudyResults, bootstrap: BootstrapInterval = Estimate.bootstrap) {
    summaries = ArmSummary.summaries(of: study, bootstrap: bootstrap)
    ownBest = OwnBest.all(of: study, bootstrap: bootstrap)
    warnings = EarlyWarning.all(of: study)
    bestWarnings = EarlyWarning.best(of: study)
  }
}
