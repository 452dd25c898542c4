import Checkpoints
import Diagnosis
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
  /// Whether finished runs of other kernels count.
  let mixesKernels: Bool

  /// - Parameters:
  ///   - study: The plan.
  ///   - folder: Where the study is stored.
  ///   - jobs: How many runs are trained at once.
  ///   - options: What is measured on the weight updates.
  ///   - version: The version of this program.
  ///   - mixesKernels: Whether finished runs of other kernels count.
  package init(
    _ study: PlannedStudy, folder: StudyFolder, jobs: Int, options: AnalysisOptions,
    version: String, mixesKernels: Bool = false
  ) {
    self.study = study
    self.folder = folder
    self.jobs = max(1, jobs)
    self.options = options
    self.version = version
    self.mixesKernels = mixesKernels
  }

  private func requireDifferentNames() throws(StudyError) {
    var seen = Set<String>()
    if let twice = study.runs.first(where: { !seen.insert($0.name).inserted }) {
      throw .duplicateName(twice.name)
    }
  }

  /// The runs that are not finished yet.
  /// - Parameter resuming: Whether the folder may already contain a study.
  /// - Throws: ``StudyError`` if two runs have one name, if the folder contains a study and `resuming` is false, or if a finished run was
  ///   trained with other settings or kernels.
  package func open(resuming: Bool) throws -> [PlannedRun] {
    try requireDifferentNames()
    return try runs(missingOn: openedBase(resuming: resuming))
  }

  private func openedBase(resuming: Bool) throws -> StudyBase {
    if try folder.isBegun, !resuming { throw StudyError.studyExists(path: folder.path) }
    return try StudyBase(study.basePath)
  }

  private func runs(missingOn base: StudyBase) throws -> [PlannedRun] {
    try study.runs.filter { run in
      guard let found = try folder.result(of: run.name) else { return true }
      let path = folder.runPath(run.name)
      if let difference = try fingerprint(of: run, on: base).difference(from: found.fingerprint) {
        throw StudyError.madeOtherwise(path: path, with: difference)
      }
      if !mixesKernels, let before = RunFingerprint(found.fingerprint)?.kernels,
        before != TrainingKernels.name
      {
        throw StudyError.otherKernels(path: path, before: before, here: TrainingKernels.name)
      }
      return false
    }
  }

  /// Trains the runs that are not finished, or what of them is this process's.
  /// - Parameters:
  ///   - resuming: Whether to continue an existing study. Shards always do.
  ///   - distribution: Who trains what.
  ///   - progress: Called after each run, from any thread.
  /// - Returns: All runs that are finished, in the order of the plan.
  /// - Throws: ``StudyError``, what training throws, `CancellationError`; `OutputError` if another process
  ///   uses the folder.
  package func run(
    resuming: Bool, over distribution: any WorkDistribution = LocalDistribution(),
    progress: @escaping @Sendable (StudyProgress) -> Void
  ) async throws -> StudyResults {
    try requireDifferentNames()
    let names = study.runs.map(\.name)
    let lock = try distribution.role.lock(on: folder.path)
    defer { withExtendedLifetime(lock) {} }
    try folder.requireNoRuns(of: names)
    let base = try openedBase(resuming: resuming || distribution.role != .leader)
    let missing = Set(try runs(missingOn: base).map(\.name))
    if distribution.role == .leader {
      // What a killed verification left.
      try? FileManager.default.removeItem(atPath: verification.path)
    }
    if distribution.role != .follower {
      try folder.write(
        StudyFolder.Header(
          title: study.title, common: study.common, baseline: study.baseline, runs: names,
          topCount: base.principalCount(options.topCount).number))
    }
    do {
      try await train(missing: missing, on: base, distribution, progress)
    } catch {
      // A stopped study is continued. One that failed before its first run would only be in the way of the next try.
      if distribution.role == .leader, !(error is CancellationError) { folder.removeUnbegun() }
      throw error
    }
    return try folder.results()
  }

  private func train(
    missing: Set<String>, on base: StudyBase, _ distribution: any WorkDistribution,
    _ progress: @escaping @Sendable (StudyProgress) -> Void
  ) async throws {
    // All runs of one seed come before the next seed, so that a study that is stopped early has results of all arms.
    let runs = study.runs.sorted { $0.seed < $1.seed }
    let pieces = runs.map { run in
      var piece = WorkPiece(cost: run.cost)
      piece.isDone = !missing.contains(run.name)
      return piece
    }
    let share = distribution.share(of: pieces)
    let open = share.filter { !pieces[$0].isDone }
    let costs = Dictionary(runs.map { ($0.name, $0.cost) }) { first, _ in first }
    let meter = ProgressMeter<FinishedUnit>(
      total: share.count, done: share.count - open.count,
      cost: open.reduce(0) { $0 + runs[$1].cost }, report: progress)
    try await distribution.carryOut(
      DividedWork(
        pieces: pieces, fingerprint: try fingerprint(of: runs, on: base), jobs: jobs,
        worker: { try training(runs, on: base) },
        deliver: { data in
          let name = String(decoding: data, as: UTF8.self)
          if let unit = try folder.result(of: name)?.unit {
            meter.finished(unit, cost: costs[name] ?? 0)
          }
        }))
  }

  /// Trains a run for each task. The result itself is in the folder, which all processes share; its name is sent.
  private func training(_ runs: [PlannedRun], on base: StudyBase) throws -> PieceWorker {
    let worker = try worker(on: base)
    return { task, emit in
      try Task.checkCancellation()
      let planned = runs[task.index]
      let unit = try worker.carryOut(
        planned, fingerprint: try fingerprint(of: planned, on: base).text)
      try emit(Data(unit.name.utf8))
    }
  }

  func worker(on base: StudyBase) throws -> StudyWorker {
    try StudyWorker(
      study, base: base, folder: folder, analyzer: PolicyAnalyzer(options: options),
      version: version)
  }

  private func fingerprint(of runs: [PlannedRun], on base: StudyBase) throws -> String {
    let fingerprints = try runs.map { try fingerprint(of: $0, on: base) }
    return ContentHash(of: fingerprints.map { (mixesKernels ? $0.withoutKernels : $0).text })
      .hexadecimal
  }

  private func fingerprint(of run: PlannedRun, on base: StudyBase) throws -> RunFingerprint {
    try RunFingerprint(of: run, onBase: base.hash, options: options, version: version)
  }
}
