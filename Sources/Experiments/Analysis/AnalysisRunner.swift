package import Diagnosis
import Spectra

/// Runs a planned analysis: creates the workspace, lets the engine compute the units and write them to the journal, and
/// combines plan and results.
package struct AnalysisRunner: Sendable {
  /// The engine, which sets what is computed, the number of threads, the memory and the cache.
  package let engine: AnalysisEngine
  private let command: [String]
  private let version: String

  /// - Parameters:
  ///   - engine: Computes the units.
  ///   - command: The command line, for the summary.
  ///   - version: The version of this program.
  package init(_ engine: AnalysisEngine, command: [String], version: String) {
    self.engine = engine
    self.command = command
    self.version = version
  }

  /// Runs the whole plan.
  /// - Parameters:
  ///   - plan: What to analyse.
  ///   - workspace: Where finished units are kept. The caller removes it when the report is written; it is removed
  ///     here if the analysis fails before it has finished a unit.
  ///   - resuming: Whether to continue the unfinished work in the workspace.
  ///   - started: Called when the workspace exists, before the work begins.
  ///   - progress: Called after each unit, from any thread.
  /// - Throws: `OutputError` if the workspace cannot be written or another process uses it; what reading or a
  ///   decomposition throws; `CancellationError` if the task was cancelled.
  package func analysis(
    of plan: AnalysisPlan, in workspace: AnalysisWorkspace, resuming: Bool,
    started: () -> Void = {}, progress: @escaping @Sendable (AnalysisProgress) -> Void
  ) async throws -> Analysis {
    try workspace.open()
    started()
    do {
      let results = try await engine.run(
        plan.groups, journal: workspace.journal,
        fingerprint: plan.fingerprint(options: engine.options, version: version),
        resuming: resuming, progress: progress)
      return Analysis(
        plan: plan, results: results, options: engine.options, command: command, version: version)
    } catch {
      workspace.removeIfUseless()
      throw error
    }
  }
}
