import Checkpoints
import Documents
import LinearAlgebra
public import Spectra
public import Studies
import Training

/// Carries out the runs of a study side by side, one thread each.
///
/// Each run depends on its own settings and seed alone. A finished run is kept for good: a study that was
/// killed goes on with the runs that are missing, and one that was given another seed trains that seed.
public struct StudyRunner: Sendable {
  public let study: PlannedStudy
  public let folder: StudyFolder
  /// How many runs train at once.
  public let jobs: Int
  let options: AnalysisOptions
  let version: String

  /// - Parameters:
  ///   - study: What is to be done.
  ///   - folder: Where it is kept.
  ///   - jobs: How many runs train at once.
  ///   - options: What is measured of weight updates.
  ///   - version: Of this program.
  public init(
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
  /// - Parameter resuming: Whether the folder may hold a study.
  /// - Throws: ``StudyError`` if the folder holds a study and `resuming` is false, or if a finished run was
  ///   made with other settings.
  public func open(resuming: Bool) throws -> [PlannedRun] {
    if folder.exists, !resuming { throw StudyError.studyExists(path: folder.path) }
    let baseHash = try self.baseHash()
    return try study.runs.filter { run in
      guard let found = try folder.result(of: run.name) else { return true }
      guard try found.fingerprint == fingerprint(of: run, baseHash: baseHash) else {
        throw StudyError.otherSettings(path: folder.runPath(run.name))
      }
      return false
    }
  }

  /// Trains all runs that are not finished.
  /// - Parameters:
  ///   - resuming: Whether to go on with a study that is there.
  ///   - progress: Called after each run, from any thread.
  /// - Returns: All runs, in the order of the plan.
  /// - Throws: ``StudyError``, what training throws, `CancellationError`.
  public func run(
    resuming: Bool, progress: @escaping @Sendable (StudyProgress) -> Void
  ) async throws -> StudyResults {
    let names = study.runs.map(\.name)
    var seen = Set<String>()
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      throw StudyError.duplicateName(twice)
    }
    let missing = try open(resuming: resuming)
    try folder.write(
      StudyFolder.Header(
        title: study.title, common: study.common, baseline: study.baseline, runs: names))
    let analyzer = PolicyAnalyzer(options: options)
    let meter = ProgressMeter<StudyRun>(
      total: study.runs.count, done: study.runs.count - missing.count,
      cost: missing.reduce(0) { $0 + $1.cost }, report: progress)
    let baseHash = try self.baseHash()
    // One seed of every arm before the next one, so that a study that is stopped early says something of all.
    let queue = RunQueue(missing.sorted { $0.seed < $1.seed })
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<min(jobs, max(missing.count, 1)) {
        tasks.addTask {
          let worker = try StudyWorker(
            study, baseHash: baseHash, folder: folder, analyzer: analyzer, version: version)
          while let planned = await queue.next() {
            try Task.checkCancellation()
            let run = try worker.carryOut(
              planned, fingerprint: try fingerprint(of: planned, baseHash: baseHash))
            await meter.finished(run, cost: planned.cost)
          }
        }
      }
      try await tasks.waitForAll()
    }
    return try folder.results()
  }

  /// A text that changes with all that a run's numbers depend on.
  private func fingerprint(of run: PlannedRun, baseHash: String) throws -> String {
    let metrics = options.metrics.sorted().joined(separator: ",")
    return ContentHash(
      of: [
        version, baseHash, "\(options.topCount)", "\(options.bins)", metrics,
        try run.specification.settings.json().line,
      ]
    ).hexadecimal
  }

  func baseHash() throws -> String {
    try ModelFolder(path: study.basePath).weights.contentHash()
  }
}

/// Hands out runs one by one.
private actor RunQueue {
  private var rest: ArraySlice<PlannedRun>

  init(_ runs: [PlannedRun]) { rest = runs[...] }

  func next() -> PlannedRun? { rest.popFirst() }
}
