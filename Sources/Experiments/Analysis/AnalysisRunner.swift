public import Spectra

/// The way to run an analysis that was planned: the workspace is made, the engine does the units and notes them in the
/// journal, and what both know is put together.
public struct AnalysisRunner: Sendable {
  /// What is computed, on how many threads, in how much memory, with which cache.
  public let engine: AnalysisEngine
  private let command: [String]
  private let version: String

  /// - Parameters:
  ///   - engine: What does the work.
  ///   - command: The command line, for the summary.
  ///   - version: Of this program.
  public init(_ engine: AnalysisEngine, command: [String], version: String) {
    self.engine = engine
    self.command = command
    self.version = version
  }

  /// Does everything that is planned.
  /// - Parameters:
  ///   - plan: What to do.
  ///   - workspace: Where finished units are noted; it stays, for the caller to remove when the report is written.
  ///   - resuming: Whether to continue what the workspace holds.
  ///   - started: Called when the workspace is there, before the work begins.
  ///   - progress: Called after each unit, from any thread.
  /// - Throws: What the file system says about the workspace, what reading or a decomposition throws;
  ///   `CancellationError` if the task was cancelled.
  public func analysis(
    of plan: AnalysisPlan, in workspace: AnalysisWorkspace, resuming: Bool,
    started: () -> Void = {}, progress: @escaping @Sendable (AnalysisProgress) -> Void
  ) async throws -> Analysis {
    try workspace.create()
    started()
    let results = try await engine.run(
      plan.groups, journal: workspace.journal,
      fingerprint: plan.fingerprint(options: engine.options, version: version),
      resuming: resuming, progress: progress)
    return Analysis(
      plan: plan, results: results, options: engine.options, command: command, version: version)
  }
}
