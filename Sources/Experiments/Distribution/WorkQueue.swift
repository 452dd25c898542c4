/// Gets pieces for the workers of a process, within its memory.
actor WorkQueue {
  private let pieces: [WorkPiece]
  private let source: any WorkSource
  private var available: Int
  private var running = 0
  private var endedCount = 0
  /// Whether a worker waits for an answer, which decides what memory is left for others.
  private var isAsking = false
  /// Workers that wait until another has its answer, and those that wait for memory.
  private var askers: [CheckedContinuation<Void, Never>] = []
  private var starved: [CheckedContinuation<Void, Never>] = []

  /// - Parameters:
  ///   - pieces: All pieces of the work.
  ///   - source: Hands them out.
  ///   - memory: The most bytes that pieces may use together. A piece that needs more is worked on alone.
  init(_ pieces: [WorkPiece], from source: any WorkSource, memory: Int) {
    self.pieces = pieces
    self.source = source
    available = memory
  }

  /// Waits for a piece that fits into the free memory; nil when all are handed out.
  /// - Throws: What the source throws; `CancellationError`.
  func next(alone: Bool) async throws -> WorkTask? {
    while true {
      try Task.checkCancellation()
      if isAsking {
        await withCheckedContinuation { askers.append($0) }
        continue
      }
      let ended = endedCount
      switch try await ask(alone: alone) {
      case .task(let task): return task
      case .nothingLeft: return nil
      case .nothingFits:
        // Memory that was freed before the answer came would wake nobody.
        if ended == endedCount { await withCheckedContinuation { starved.append($0) } }
      }
    }
  }

  /// Frees the memory of a piece that was finished, or that failed.
  func ended(_ task: WorkTask) {
    available += pieces[task.index].memory
    running -= 1
    endedCount += 1
    Self.wake(&starved)
  }

  private func ask(alone: Bool) async throws -> WorkAnswer {
    isAsking = true
    defer {
      isAsking = false
      Self.wake(&askers)
    }
    let answer = try await source.next(alone: alone, within: running == 0 ? .max : available)
    if case .task(let task) = answer {
      available -= pieces[task.index].memory
      running += 1
    }
    return answer
  }

  private static func wake(_ sleepers: inout [CheckedContinuation<Void, Never>]) {
    let awake = sleepers
    sleepers = []
    for sleeper in awake { sleeper.resume() }
  }
}
