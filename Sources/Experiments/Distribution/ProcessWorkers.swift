import Foundation
import LinearAlgebra

/// The workers of one process.
enum ProcessWorkers {
  /// Does the pieces that a source hands out: those that are worked on alone one after another, with all threads inside
  /// BLAS, then the others side by side, with one thread each.
  /// - Parameter emit: Takes each result.
  /// - Throws: What a worker or the source throws; `CancellationError`.
  static func carryOut(
    _ work: DividedWork, from source: any WorkSource,
    emit: @escaping @Sendable (Data) throws -> Void
  ) async throws {
    let queue = WorkQueue(work.pieces, from: source, memory: work.memory)
    let open = work.pieces.filter { !$0.isDone }
    if open.contains(where: \.isAlone) {
      if work.threads > 1 {
        try await ThreadCount.raised(to: work.threads) {
          try await run(1, alone: true, work, queue, emit)
        }
      } else {
        try await run(1, alone: true, work, queue, emit)
      }
    }
    let others = open.count { !$0.isAlone }
    try await run(min(work.jobs, others), alone: false, work, queue, emit)
  }

  private static func run(
    _ workers: Int, alone: Bool, _ work: DividedWork, _ queue: WorkQueue,
    _ emit: @escaping @Sendable (Data) throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for _ in 0..<workers {
        tasks.addTask {
          let perform = try work.worker()
          while let task = try await queue.next(alone: alone) {
            do {
              try await perform(task, emit)
            } catch {
              // Those who wait for its memory would wait for ever.
              await queue.ended(task)
              throw error
            }
            await queue.ended(task)
          }
        }
      }
      try await tasks.waitForAll()
    }
  }
}
