import Checkpoints
import Foundation
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
  /// The most memory, in bytes, that the process may use beside what it needs at rest.
  package let memory: Int
  /// Whether that was asked for. A matrix that needs more is then refused; otherwise it is worked on alone.
  package let isLimited: Bool
  /// The cache of decomposed bases; nil for no cache.
  package let cache: BasisCache?

  /// - Parameters:
  ///   - options: What is computed.
  ///   - jobs: How many groups of units are processed at once; by default as many as there are processors.
  ///   - memory: The most memory, in bytes, that the process may use beside what it needs at rest; by default half of
  ///     the machine's. No more is used than the limit of the address space leaves.
  ///   - cache: The cache of decomposed bases; nil for no cache.
  package init(
    options: AnalysisOptions, jobs: Int? = nil, memory: Int? = nil, cache: BasisCache?
  ) {
    self.options = options
    self.jobs = max(1, jobs ?? ThreadCount.processors)
    self.memory = min(
      memory ?? Int(clamping: ProcessInfo.processInfo.physicalMemory / 2),
      AddressSpace.room ?? .max)
    isLimited = memory != nil
    self.cache = cache
  }

  /// Analyses all groups, or what of them is this process's.
  ///
  /// The leader's journals then hold the results of all units, the hash of every base weight, and
  /// all paths.
  /// - Parameters:
  ///   - groups: The units, by base weight.
  ///   - journals: Where results are kept; nil in a follower.
  ///   - fingerprint: Of everything that the numbers depend on.
  ///   - distribution: Who does what.
  ///   - progress: Called after each unit, from any thread.
  /// - Throws: ``ExperimentError/addressSpace(module:needed:room:)``, ``ExperimentError/memory(module:needed:limit:)``;
  ///   what reading or a decomposition throws;
  ///   `CancellationError` if the task was cancelled.
  package func run(
    _ groups: [AnalysisGroup], journals: AnalysisJournals?, fingerprint: String,
    over distribution: any WorkDistribution = LocalDistribution(),
    progress: @escaping @Sendable (AnalysisProgress) -> Void
  ) async throws {
    try checkRoom(for: groups)
    if distribution.role != .leader || distribution.processCount > 1 {
      try await share(groups, journals, fingerprint, distribution, progress)
    }
    guard distribution.role == .leader, let journals else { return }
    try await gather(groups, journals, fingerprint, progress)
    cache?.trim()
  }

  /// The matrix that needs most, and how many bytes, if that is more than the limit of memory and nobody asked for the
  /// limit. It is processed alone.
  package func largestMatrix(beyondLimitOf plan: AnalysisPlan) -> (module: String, bytes: Int)? {
    largest(of: plan.groups).flatMap { !isLimited && $0.bytes > memory ? $0 : nil }
  }

  private func largest(of groups: [AnalysisGroup]) -> (module: String, bytes: Int)? {
    groups.map { ($0.module, $0.memory(for: options)) }.max { $0.1 < $1.1 }
  }

  /// The bytes that matrices in work may take together: the limit without what the plan holds.
  /// - Parameter held: The bytes that the plan holds.
  /// - Throws: ``ExperimentError/memory(module:needed:limit:)`` if one of them needs more than a limit that was asked for.
  func room(
    for groups: [AnalysisGroup], held: Int = ResidentMemory.held
  ) throws(ExperimentError) -> Int {
    if isLimited, let largest = largest(of: groups), largest.bytes + held > memory {
      throw .memory(module: largest.module, needed: largest.bytes + held, limit: memory)
    }
    return max(0, memory - held)
  }

  private func checkRoom(for groups: [AnalysisGroup]) throws(ExperimentError) {
    guard let room = AddressSpace.room else { return }
    for group in groups where group.memory(for: options) > room {
      throw .addressSpace(module: group.module, needed: group.memory(for: options), room: room)
    }
  }

  /// Does what of the groups is this process's.
  private func share(
    _ groups: [AnalysisGroup], _ journals: AnalysisJournals?, _ fingerprint: String,
    _ distribution: any WorkDistribution,
    _ progress: @escaping @Sendable (AnalysisProgress) -> Void
  ) async throws {
    let parts = groups.parts(for: distribution.processCount, options)
    let pieces = parts.map { WorkPiece($0, for: options, finishedIn: journals) }
    let share = distribution.share(of: pieces)
    let meter = ProgressMeter<ModuleIdentity>(
      parts, pieces, share: share, report: progress)
    let memory = try room(for: share.filter { !pieces[$0].isDone }.map { parts[$0] })
    let kernel = LinearAlgebraLibrary.current.core
    let format = JournalFormat(fingerprint: fingerprint, kernel: kernel)
    try await distribution.carryOut(
      DividedWork(
        pieces: pieces, fingerprint: "\(fingerprint) \(kernel)", jobs: jobs, memory: memory,
        worker: { sending(parts, in: format) },
        deliver: { line in
          try journals?.append(line)
          guard let unit = format.unit(of: line) else { return }
          meter.finished(unit, cost: AnalysisGroup.unitCost(rows: unit.rows, columns: unit.columns))
        }))
  }

  /// Takes the results of all groups from the journals, and does what is missing.
  private func gather(
    _ groups: [AnalysisGroup], _ journals: AnalysisJournals, _ fingerprint: String,
    _ progress: @escaping @Sendable (AnalysisProgress) -> Void
  ) async throws {
    // A group without open units is kept: the paths through its updates may still be needed.
    let groups = groups.map { group in
      var group = group
      group.finishedCount = group.units.count { journals.holds($0) }
      return group
    }.sorted { $0.cost > $1.cost }
    let meter = ProgressMeter<ModuleIdentity>(
      total: groups.reduce(0) { $0 + $1.units.count },
      done: groups.reduce(0) { $0 + $1.finishedCount }, cost: groups.reduce(0) { $0 + $1.cost },
      report: progress)
    let memory = try room(for: groups.filter { $0.openCount > 0 })
    let format = JournalFormat(
      fingerprint: fingerprint, kernel: LinearAlgebraLibrary.current.core)
    try await LocalDistribution().carryOut(
      DividedWork(
        pieces: groups.map { WorkPiece($0, for: options, finishedIn: nil) },
        fingerprint: fingerprint, jobs: jobs, memory: memory,
        worker: { writing(groups, into: journals, in: format, meter) }, deliver: { _ in }))
  }

  /// Analyses what is open of a group for each task, and sends the lines of a journal.
  private func sending(_ groups: [AnalysisGroup], in format: JournalFormat) -> PieceWorker {
    { task, emit in
      try analyze(groups[task.index].without(task.finished), nil) { finding in
        try emit(finding.line(in: format))
      }
    }
  }

  /// Analyses what the journals do not hold of a group for each task, and writes it there.
  private func writing(
    _ groups: [AnalysisGroup], into journals: AnalysisJournals, in format: JournalFormat,
    _ meter: ProgressMeter<ModuleIdentity>
  ) -> PieceWorker {
    { task, _ in
      let group = groups[task.index]
      let share = group.cost / Double(max(group.openCount, 1))
      try analyze(group, journals) { finding in
        try journals.append(finding.line(in: format))
        if case .module(let analysis) = finding.value {
          meter.finished(analysis.identity, cost: share)
        }
      }
    }
  }

  /// Analyses a group.
  /// - Parameters:
  ///   - journals: What they hold is not done again, if given.
  ///   - found: Is given each new result.
  private func analyze(
    _ group: AnalysisGroup, _ journals: AnalysisJournals?, found: (GroupFinding) throws -> Void
  ) throws {
    let base = group.base.map {
      GroupBase($0, options: options, cache: cache)
    }
    for units in group.runs {
      let isWhole = !group.brokenRuns.contains(units[units.startIndex].identity.run)
      let isKnown = try !isWhole || journals?.trajectory(of: units) != nil
      var recorder =
        isKnown ? nil : PathRecorder(units, shape: group.shape, base: base, options: options)
      for (position, unit) in units.enumerated() {
        try Task.checkCancellation()
        if let known = try journals?.result(of: unit) {
          recorder?.note(known, at: position)
          continue
        }
        let result = try ExperimentError.naming(unit.path, base: group.basePath) {
          try analyze(unit, base) { recorder?.keep($0, at: position) }
        }
        try found(GroupFinding(.module(result), key: unit.key))
        recorder?.note(result, at: position)
      }
      if let path = try recorder?.trajectory() {
        try found(GroupFinding(.trajectory(path), key: units.pathKey))
      }
    }
    // Last, so that a journal without a finished matrix is empty.
    if let base, let key = group.baseKey, group.hashesBase,
      try journals?.baseHash(of: group) == nil
    {
      try found(GroupFinding(.baseHash(base.contentHash().hexadecimal), key: key))
    }
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
