import Synchronization

/// Where a process gets its pieces from.
protocol WorkSource: Sendable {
  /// The next piece.
  /// - Parameters:
  ///   - alone: Whether one that is worked on alone is wanted, or one of the others.
  ///   - memory: The bytes that it may need.
  func next(alone: Bool, within memory: Int) async throws -> WorkAnswer
}

/// What a source says to one who asks for a piece.
enum WorkAnswer: Codable, Equatable, Sendable {
  case task(WorkTask)
  /// There are pieces, but all of them need more memory.
  case nothingFits
  /// All pieces of the kind are handed out.
  case nothingLeft
}

/// Hands out pieces in order, each once.
///
/// A class, because its lock is shared by all who ask.
final class WorkList: WorkSource {
  private struct Waiting {
    /// The next one last, from where it is removed at once.
    var alone: [Int]
    var others: [Int]
  }

  private let pieces: [WorkPiece]
  private let waiting: Mutex<Waiting>

  /// - Parameters:
  ///   - pieces: All pieces of the work.
  ///   - share: The indices of those that are handed out, as far as they are not done.
  init(_ pieces: [WorkPiece], share: [Int]) {
    self.pieces = pieces
    let open = share.reversed().filter { !pieces[$0].isDone }
    waiting = Mutex(
      Waiting(
        alone: open.filter { pieces[$0].isAlone }, others: open.filter { !pieces[$0].isAlone }))
  }

  func next(alone: Bool, within memory: Int) -> WorkAnswer {
    waiting.withLock { waiting in
      alone ? take(from: &waiting.alone, memory) : take(from: &waiting.others, memory)
    }
  }

  private func take(from waiting: inout [Int], _ memory: Int) -> WorkAnswer {
    guard !waiting.isEmpty else { return .nothingLeft }
    guard let position = waiting.lastIndex(where: { pieces[$0].memory <= memory }) else {
      return .nothingFits
    }
    let index = waiting.remove(at: position)
    return .task(WorkTask(index: index, finished: pieces[index].finished))
  }
}
