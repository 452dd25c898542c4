/// Who does which pieces of a work: this process all of them, one of several processes its share, or the ranks of an MPI
/// job as they have time.
package protocol WorkDistribution: Sendable {
  /// What this process does beside its pieces.
  var role: ProcessRole { get }
  /// How many processes share the work.
  var processCount: Int { get }
  /// The indices of the pieces whose results come to this process.
  func share(of pieces: [WorkPiece]) -> [Int]
  /// Does the pieces that are this process's, as far as they are not done.
  /// - Throws: What a worker or keeping a result throws; `CancellationError`.
  func carryOut(_ work: DividedWork) async throws
}

/// What a process does beside its pieces.
package enum ProcessRole: Equatable, Sendable {
  /// It keeps the results of all and writes the report.
  case leader
  /// It keeps its own results; a later process writes the report.
  case shard(Shard)
  /// It hands its results to the leader, and writes nothing.
  case follower
}

/// This process does everything.
package struct LocalDistribution: WorkDistribution {
  package init() {}

  package var role: ProcessRole { .leader }
  package var processCount: Int { 1 }
  package func share(of pieces: [WorkPiece]) -> [Int] { Array(pieces.indices) }

  package func carryOut(_ work: DividedWork) async throws {
    try await ProcessWorkers.carryOut(
      work, from: WorkList(work.pieces, share: share(of: work.pieces)), emit: work.deliver)
  }
}

/// This process does its share, which it knows without asking: every process of the same work divides it alike.
package struct ShardDistribution: WorkDistribution {
  private let shard: Shard

  package init(_ shard: Shard) { self.shard = shard }

  package var role: ProcessRole { .shard(shard) }
  package var processCount: Int { shard.count }
  package func share(of pieces: [WorkPiece]) -> [Int] { shard.share(ofCosts: pieces.map(\.cost)) }

  package func carryOut(_ work: DividedWork) async throws {
    try await ProcessWorkers.carryOut(
      work, from: WorkList(work.pieces, share: share(of: work.pieces)), emit: work.deliver)
  }
}
