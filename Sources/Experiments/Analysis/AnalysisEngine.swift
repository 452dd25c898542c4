import Checkpoints
package import Foundation
import LinearAlgebra
package import Spectra
import Updates

/// Computes the units of an analysis. Many matrices are processed in parallel with one thread each;
/// huge ones run alone with all threads.
package struct AnalysisEngine: Sendable {
  /// What is computed.
  package let options: AnalysisOptions
  /// How many groups of units are processed at once.
  package let jobs: Int
  /// The most memory, in bytes, that these groups may use together.
  package let memory: Int
  /// The cache of decomposed bases; nil for no cache.
  package let cache: BasisCache?

  /// - Parameters:
  ///   - options: What is computed.
  ///   - jobs: How many groups of units are processed at once; by default as many as there are processors.
  ///   - memory: The most memory, in bytes, that these groups may use; by default half of the machine's. No more is
  ///     used than the limit of the address space leaves.
  ///   - cache: The cache of decomposed bases; nil for no cache.
  package init(
    options: AnalysisOptions, jobs: Int? = nil, memory: Int? = nil, cache: BasisCache?
  ) {
    self.options = options
    self.jobs = max(1, jobs ?? ThreadCount.processors)
    self.memory = min(
      memory ?? Int(clamping: ProcessInfo.processInfo.physicalMemory / 2),
      AddressSpace.room ?? .max)
    self.cache = cache
  }

  /// Analyses all groups.
  /// - Parameters:
  ///   - groups: The units, by base weight.
  ///   - file: The journal, to which finished units are written.
  ///   - fingerprint: A fingerprint of everything that the numbers depend on.
  ///   - resuming: Whether to continue the journal; units that it already contains are then not repeated.
  ///   - progress: Called after each unit, from any thread.
  /// - Returns: The results of all units, in no particular order, and the hash of every base weight.
  /// - Throws: ``ExperimentError/addressSpace(module:needed:room:)``; what reading or a decomposition throws;
  ///   `CancellationError` if the task was cancelled.
  package func run(
    _ groups: [AnalysisGroup], journal file: URL, fingerprint: String, resuming: Bool,
    progress: @escaping @Sendable (AnalysisProgress) -> Void
  ) async throws -> AnalysisResults {
    try checkRoom(for: groups)
    let journal = try AnalysisJournal(file: file, fingerprint: fingerprint, continuing: resuming)
    var results = AnalysisResults()
    // A group without open units is kept: the hash of its base and the paths through its updates are still needed.
    let groups = groups.map { group in
      var group = group
      group.finishedCount = group.units.count { journal.finished($0) != nil }
      return group
    }
    let meter = ProgressMeter<ModuleIdentity>(
      total: groups.reduce(0) { $0 + $1.units.count },
      done: groups.reduce(0) { $0 + $1.finishedCount }, cost: groups.reduce(0) { $0 + $1.cost },
      report: progress)
    let huge = groups.filter { HugeMatrix.includes($0.shape) }
    let others = groups.filter { !HugeMatrix.includes($0.shape) }
    if !huge.isEmpty {
      results += try await ThreadCount.raised(to: HugeMatrix.threads) {
        try await work(huge, workers: 1, journal, meter)
      }
    }
    results += try await work(others, workers: jobs, journal, meter)
    cache?.trim()
    return results
  }

  /// The matrix that needs most, and how many bytes, if that is more than the limit of memory. It is processed alone.
  package func largestMatrix(beyondLimitOf plan: AnalysisPlan) -> (module: String, bytes: Int)? {
    plan.groups.map { ($0.module, $0.memory(for: options)) }.max { $0.1 < $1.1 }
      .flatMap { $0.1 > memory ? $0 : nil }
  }

  private func checkRoom(for groups: [AnalysisGroup]) throws(ExperimentError) {
    guard let room = AddressSpace.room else { return }
    for group in groups where group.memory(for: options) > room {
      throw .addressSpace(module: group.module, needed: group.memory(for: options), room: room)
    }
  }

  private func work(
    _ groups: [AnalysisGroup], workers: Int, _ journal: AnalysisJournal,
    _ meter: ProgressMeter<ModuleIdentity>
  ) async throws -> AnalysisResults {
    let queue = WorkQueue(groups, options: options, memory: memory)
    return try await withThrowingTaskGroup(of: AnalysisResults.self) { tasks in
      for _ in 0..<min(workers, max(groups.count, 1)) {
        tasks.addTask {
          var results = AnalysisResults()
          while let group = await queue.next() {
            results += try await analyze(group, journal, meter)
            await queue.finished(group)
          }
          return results
        }
      }
      return try await tasks.reduce(into: AnalysisResults()) { $0 += $1 }
    }
  }

  private func analyze(
    _ group: AnalysisGroup, _ journal: AnalysisJournal, _ meter: ProgressMeter<ModuleIdentity>
  ) async throws -> AnalysisResults {
    let base = group.base.map {
      GroupBase($0, options: options, cache: cache)
    }
    var results = AnalysisResults()
    if let base, let path = group.basePath {
      results.baseHashes[path, default: [:]][group.module] = try base.contentHash().hexadecimal
    }
    for units in group.runs {
      var recorder = PathRecorder(units, shape: group.shape, base: base, options: options)
      var measured = [ModuleAnalysis]()
      for unit in units {
        try Task.checkCancellation()
        if let known = journal.finished(unit) {
          measured.append(known)
          continue
        }
        let result = try ExperimentError.naming(unit.path, base: group.basePath) {
          try analyze(unit, base) { recorder?.keep($0, at: measured.count) }
        }
        try await journal.append(result, key: unit.key)
        await meter.finished(unit.identity, cost: group.cost / Double(group.openCount))
        measured.append(result)
      }
      if let trajectory = try recorder?.trajectory(through: measured) {
        results.trajectories.append(trajectory)
      }
      results.modules += measured
    }
    return results
  }

  /// - Parameter keep: Is given the update when it is made.
  private func analyze(
    _ unit: AnalysisUnit, _ base: GroupBase?, keep: (UpdateForm) -> Void
  ) throws -> ModuleAnalysis {
    let analyzer = ModuleAnalyzer(options: options)
    // Made inside `analyze`: a start that is taken from a base with NaN is a finding, not an error.
    func form() throws -> UpdateForm {
      let form = try UpdateForm(unit.update, base: base)
      keep(form)
      return form
    }
    var result =
      if let base {
        try analyzer.analyze(unit.identity, form(), of: base, heads: unit.heads)
      } else {
        try analyzer.analyze(unit.identity, form())
      }
    result.isRounding = unit.update.isRounding
    return result
  }
}

/// A matrix that is processed alone, with all threads inside OpenBLAS.
package enum HugeMatrix {
  /// From this length of the shorter side on, one decomposition keeps all threads busy (measured).
  package static let side = 4096

  /// The last digits of a sum depend on how many threads share it, so the number is not that of `--jobs`. It is
  /// part of the fingerprint of an analysis, and of the name of a cached decomposition.
  package static var threads: Int { ThreadCount.processors }

  static func includes(_ shape: OrientedShape) -> Bool { shape.short >= side }
}

/// The results of an engine.
package struct AnalysisResults: Sendable {
  /// In no particular order.
  package var modules: [ModuleAnalysis] = []
  /// One for each module of each run, in no particular order, if paths were wanted.
  package var trajectories: [ModuleTrajectory] = []
  /// The content hashes of the analysed base weights, by the path of the base and the module.
  var baseHashes: [String: [String: String]] = [:]

  static func += (left: inout AnalysisResults, right: AnalysisResults) {
    left.modules += right.modules
    left.trajectories += right.trajectories
    // In place: with very many modules a copy of all hashes for each group would take most of the time.
    for (path, hashes) in right.baseHashes {
      left.baseHashes[path, default: [:]].merge(hashes) { hash, _ in hash }
    }
  }

  /// One hash for all analysed weights of a base.
  func contentHash(ofBase path: String) -> String {
    let weights = (baseHashes[path] ?? [:]).sorted { $0.key < $1.key }
    return ContentHash(of: weights.flatMap { [$0.key, $0.value] }).hexadecimal
  }
}

extension AnalysisUnit {
  /// Identifies the unit in a journal.
  var key: String {
    "\(identity.run)\u{1F}\(identity.step)\u{1F}\(identity.module)\u{1F}\(stamp)"
  }
}
