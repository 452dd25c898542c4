import Checkpoints
import Documents
import Foundation
import LinearAlgebra
package import Spectra
package import Studies
import Training

/// Trains the runs of a study in parallel, one thread each.
///
/// Each run depends only on its own settings and seed. Finished runs are kept: a study that was killed
/// continues with the missing runs, and if a seed is added only the runs of that seed are trained.
package struct StudyRunner: Sendable {
  package let study: PlannedStudy
  package let folder: StudyFolder
  /// How many runs are trained at once.
  package let jobs: Int
  let options: AnalysisOptions
  let version: String

  /// - Parameters:
  ///   - study: The plan.
  ///   - folder: Where the study is stored.
  ///   - jobs: How many runs are trained at once.
  ///   - options: What is measured on the weight updates.
  ///   - version: The version of this program.
  package init(
    _ study: PlannedStudy, folder: StudyFolder, jobs: Int, options: AnalysisOptions,
    version: String
  ) {
    self.study = study
    self.folder = folder
    self.jobs = max(1, jobs)
    self.options = options
    self.version = version
  }

  /// The runs that are not finished yet.
  /// - Parameter resuming: Whether the folder may already contain a study.
  /// - Throws: ``StudyError`` if the folder contains a study and `resuming` is false, or if a finished run was
  ///   trained with other settings.
  package func open(resuming: Bool) throws -> [PlannedRun] {
    try runs(missingOn: openedBase(resuming: resuming))
  }

  private func openedBase(resuming: Bool) throws -> StudyBase {
    if try folder.isBegun, !resuming { throw StudyError.studyExists(path: folder.path) }
    return try StudyBase(study.basePath)
  }

  private func runs(missingOn base: StudyBase) throws -> [PlannedRun] {
    try study.runs.filter { run in
      guard let found = try folder.result(of: run.name) else { return true }
      guard try found.fingerprint == fingerprint(of: run, baseHash: base.hash) else {
        throw StudyError.otherSettings(path: folder.runPath(run.name))
      }
      return false
    }
  }

  /// Trains all runs that are not finished.
  /// - Parameters:
  ///   - resuming: Whether to continue an existing study.
  ///   - progress: Called after each run, from any thread.
  /// - Returns: All runs, in the order of the plan.
  /// - Throws: ``StudyError``, what training throws, `CancellationError`; `OutputError` if another process
  ///   uses the folder.
  package func run(
    resuming: Bool, progress: @escaping @Sendable (StudyProgress) -> Void
  ) async throws -> StudyResults {
    let names = study.runs.map(\.name)
    var seen = Set<String>()
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      throw StudyError.duplicateName(twice)
    }
    let lock = try FolderLock(folder.path)
    defer { withExtendedLifetime(lock) {} }
    try folder.requireNoRuns(of: names)
    let base = try openedBase(resuming: resuming)
    let missing = try runs(missingOn: base)
    // What a killed verification left.
    try? FileManager.default.removeItem(atPath: verification.path)
    try folder.write(
      StudyFolder.Header(
        title: study.title, common: study.common, baseline: study.baseline, runs: names))
    let analyzer = PolicyAnalyzer(options: options)
    let meter = ProgressMeter<FinishedUnit>(
      total: study.runs.count, done: study.runs.count - missing.count,
      cost: missing.reduce(0) { $0 + $1.cost }, report: progress)
    // All runs of one seed come before the next seed, so that a study that is stopped early has results of all arms.
    let queue = HandoutQueue(missing.sorted { $0.seed < $1.seed })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<min(jobs, max(missing.count, 1)) {
        tasks.addTask {
          let worker = try StudyWorker(
            study, base: base, folder: folder, analyzer: analyzer, version: version)
          while let planned = await queue.next() {
            try Task.checkCancellation()
            let unit = try worker.carryOut(
              planned, fingerprint: try fingerprint(of: planned, baseHash: base.hash))
            await meter.finished(unit, cost: planned.cost)
          }
        }
      }
      try await tasks.waitForAll()
    }
    return try folder.results()
  }

  /// A text that changes whenever anything changes that a run's numbers depend on.
  private func fingerprint(of run: PlannedRun, baseHash: String) throws -> String {
    let metrics = options.metrics.sorted().joined(separator: ",")
    return ContentHash(
      of: [
        version, baseHash, "\(options.topCount)", "\(options.bins)", metrics,
        try run.specification.settings.json().line,
      ] + (run.isProbe ? ["probe"] : [])
    ).hexadecimal
  }
}
