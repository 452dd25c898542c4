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

  /// Runs the plan, or what of it is this process's.
  /// - Parameters:
  ///   - plan: What to analyse.
  ///   - workspace: Where results are kept. The caller removes it when the report is written; it is removed here if the
  ///     analysis fails before it has finished a unit. A follower neither reads nor writes it.
  ///   - resuming: Whether to continue the unfinished work in the workspace. Shards always do.
  ///   - mixingKernels: Whether results of other BLAS kernels are taken too.
  ///   - distribution: Who does what.
  ///   - started: Called when the workspace is open, before the work begins, with the journals in it that are not used.
  ///   - progress: Called after each unit, from any thread.
  /// - Returns: The analysis, which reads results from the workspace when they are asked for; nil if another process
  ///   puts it together.
  /// - Throws: `OutputError` if the workspace cannot be written or another process uses it; what reading or a
  ///   decomposition throws; `CancellationError` if the task was cancelled.
  package func analysis(
    of plan: AnalysisPlan, in workspace: AnalysisWorkspace, resuming: Bool,
    mixingKernels: Bool = false,
    over distribution: any WorkDistribution = LocalDistribution(),
    started: (_ unused: [UnusedJournal]) -> Void = { _ in },
    progress: @escaping @Sendable (AnalysisProgress) -> Void
  ) async throws -> Analysis? {
    let fingerprint = plan.fingerprint(options: engine.options, version: version)
    if distribution.role == .follower {
      try await engine.run(
        plan.groups, journals: nil, fingerprint: fingerprint, over: distribution,
        progress: progress)
      return nil
    }
    try workspace.open()
    do {
      let journals = try AnalysisJournals(
        in: workspace, fingerprint: fingerprint, continuing: resuming || workspace.shard != nil,
        mixingKernels: mixingKernels)
      started(journals.unused)
      try await engine.run(
        plan.groups, journals: journals, fingerprint: fingerprint, over: distribution,
        progress: progress)
      guard distribution.role == .leader else { return nil }
      return try Analysis(
        plan: plan, journals: journals, options: engine.options, command: command,
        version: version)
    } catch {
      workspace.removeIfUseless()
      throw error
    }
  }
}
