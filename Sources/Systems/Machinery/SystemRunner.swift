package import Experiments
import Foundation
package import Studies
import Training

/// Does the units of a system in parallel, one thread each. Finished units are kept.
package struct SystemRunner: Sendable {
  private let system: any ResearchSystem.Type
  private let size: SystemSize
  private let seeds: [Int]
  private let base: StudyBase
  private let corpus: CorpusFolder?
  private let folder: SystemFolder
  private let jobs: Int
  private let version: String

  /// - Parameters:
  ///   - system: What is run.
  ///   - size: How much it trains.
  ///   - seeds: Those of each arm.
  ///   - base: The base that systems adapt.
  ///   - corpus: The texts that the user gave; nil for a system that reads none.
  ///   - folder: Where all is stored.
  ///   - jobs: How many units run at once.
  ///   - version: The version of this program.
  package init(
    _ system: any ResearchSystem.Type, size: SystemSize, seeds: [Int], base: StudyBase,
    corpus: CorpusFolder? = nil, folder: SystemFolder, jobs: Int, version: String
  ) {
    self.system = system
    self.size = size
    self.seeds = seeds
    self.base = base
    self.corpus = corpus
    self.folder = folder
    self.jobs = max(1, jobs)
    self.version = version
  }

  /// All units; those of one seed before those of the next, so that a run that is stopped early has all arms.
  private var units: [SystemUnit] {
    seeds.flatMap { seed in
      system.description.arms.map { SystemUnit(arm: $0.name, seed: seed) }
    }
  }

  /// Does the units that are not finished, or what of them is this process's.
  /// - Parameters:
  ///   - resuming: Whether to continue an existing run. Shards always do.
  ///   - mixingKernels: Whether to continue also what other kernels computed.
  ///   - distribution: Who does what.
  ///   - progress: Called after each unit, from any thread; its item is the unit's name.
  /// - Returns: What all finished units measured, in their order.
  /// - Throws: ``SystemError``, what units throw, `CancellationError`; `OutputError` if another process uses the folder.
  package func run(
    resuming: Bool, mixingKernels: Bool = false,
    over distribution: any WorkDistribution = LocalDistribution(),
    progress: @escaping @Sendable (WorkProgress<String>) -> Void
  ) async throws -> [SystemMeasurement] {
    let isLeader = distribution.role == .leader
    if isLeader, !resuming, try folder.isBegun { throw SystemError.exists(path: folder.path) }
    // A base that cannot be trained, or texts that cannot be used, are refused before there is a folder.
    if distribution.role != .follower, try !folder.isBegun {
      _ = try base.decoder()
      if let corpus { try system.check(corpus) }
    }
    let lock = try distribution.role.lock(on: folder.path)
    defer { withExtendedLifetime(lock) {} }
    let plan = SystemFolder.Plan(
      system: system.name, size: size.rawValue, base: base.hash, corpus: corpus?.hash,
      version: version, kernels: mixingKernels ? nil : TrainingKernels.name)
    if distribution.role != .follower { try folder.begin(plan) }
    do {
      try await carryOut(plan, distribution, progress)
    } catch {
      // A stopped run is continued. One that failed before its first unit would only be in the way of the next try.
      if isLeader, !(error is CancellationError) { folder.removeUnbegun() }
      throw error
    }
    return try units.flatMap { try folder.measurements(of: $0.name) ?? [] }
  }

  private func carryOut(
    _ plan: SystemFolder.Plan, _ distribution: any WorkDistribution,
    _ progress: @escaping @Sendable (WorkProgress<String>) -> Void
  ) async throws {
    let units = units
    let costs = Dictionary(
      units.map { ($0.name, system.cost(of: $0.arm)) }, uniquingKeysWith: { first, _ in first })
    let pieces = try units.map { unit in
      var piece = WorkPiece(cost: system.cost(of: unit.arm))
      piece.isDone = try folder.measurements(of: unit.name) != nil
      return piece
    }
    let share = distribution.share(of: pieces)
    let open = share.filter { !pieces[$0].isDone }
    let meter = ProgressMeter<String>(
      total: share.count, done: share.count - open.count,
      cost: open.reduce(0) { $0 + pieces[$1].cost }, report: progress)
    try await distribution.carryOut(
      DividedWork(
        pieces: pieces, fingerprint: "\(plan)", jobs: jobs,
        worker: { try carryingOut(units) },
        deliver: { data in
          let name = String(decoding: data, as: UTF8.self)
          meter.finished(name, cost: costs[name] ?? 0)
        }))
  }

  /// Carries out a unit for each task. The result itself is in the folder, which all processes share; its name is sent.
  private func carryingOut(_ units: [SystemUnit]) throws -> PieceWorker {
    let system = system.init(size: size)
    let (model, tokenizer) = try base.decoder()
    return { task, emit in
      try Task.checkCancellation()
      var unit = units[task.index]
      try folder.clearRun(of: unit.name)
      try system.run(
        &unit,
        on: SystemBench(
          model, tokenizer, base: base, corpus: corpus, folder: folder.runPath(unit.name)))
      try unit.requireFinite()
      try folder.write(unit)
      try emit(Data(unit.name.utf8))
    }
  }
}

extension SystemUnit {
  /// - Throws: ``SystemError/notFinite(unit:measure:x:)``: a mean over the seeds that are left would hide it.
  fileprivate func requireFinite() throws(SystemError) {
    for found in measurements where !found.value.isFinite || !found.x.isFinite {
      throw .notFinite(unit: name, measure: found.measure, x: found.x)
    }
  }
}
