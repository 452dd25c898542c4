import Foundation
package import MessagePassing
import Synchronization

/// The ranks of a job share the work as they have time: rank 0 hands out the pieces, works too, and keeps all results.
///
/// A rank that dies ends the job, which its launcher sees to. Nothing is handed out twice.
package struct RankDistribution: WorkDistribution {
  private let channel: any MessageChannel

  package init(_ channel: any MessageChannel) { self.channel = channel }

  package var role: ProcessRole { channel.rank == 0 ? .leader : .follower }
  package var processCount: Int { channel.size }
  package func share(of pieces: [WorkPiece]) -> [Int] {
    role == .leader ? Array(pieces.indices) : []
  }

  package func carryOut(_ work: DividedWork) async throws {
    switch role {
    case .leader: try await lead(work)
    case .follower, .shard: try await follow(work)
    }
  }

  private func lead(_ work: DividedWork) async throws {
    let list = WorkList(work.pieces, share: share(of: work.pieces))
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let state = LeaderState(followers: channel.size - 1)
    if channel.size == 1 { end.finish() }
    channel.onMessage { message in
      do {
        switch try RankMessage(message.bytes) {
        case .begin(let fingerprint):
          if fingerprint != work.fingerprint { throw ExperimentError.foreignResult }
        case .ask(let alone, let memory):
          let answer = RankMessage.answer(list.next(alone: alone, within: memory))
          channel.send(try answer.bytes, to: message.rank)
        case .result(let data): try work.deliver(data)
        case .end:
          if state.hasEnded() { end.finish() }
        case .answer: break
        }
      } catch {
        state.fail(error)
        end.finish()
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        try await ProcessWorkers.carryOut(work, from: list, emit: work.deliver)
      }
      tasks.addTask {
        for await _ in ended {}
        try state.requireNoFailure()
      }
      try await tasks.waitForAll()
    }
  }

  private func follow(_ work: DividedWork) async throws {
    let leader = LeaderSource(channel)
    channel.send(try RankMessage.begin(fingerprint: work.fingerprint).bytes, to: 0)
    try await ProcessWorkers.carryOut(work, from: leader) { data in
      channel.send(try RankMessage.result(data).bytes, to: 0)
    }
    channel.send(try RankMessage.end.bytes, to: 0)
  }
}

/// What ranks say to each other.
private enum RankMessage: Codable {
  /// To the leader, first of all.
  case begin(fingerprint: String)
  /// To the leader; it answers each.
  case ask(alone: Bool, memory: Int)
  case answer(WorkAnswer)
  /// To the leader.
  case result(Data)
  /// To the leader: no more comes from this rank.
  case end

  init(_ bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(RankMessage.self, from: Data(bytes))
  }

  var bytes: [UInt8] { get throws { [UInt8](try JSONEncoder().encode(self)) } }
}

/// What the leader knows of the others. A class, because the thread of messages and the leader's task share it.
private final class LeaderState: Sendable {
  private let state: Mutex<(working: Int, failure: (any Error)?)>

  init(followers: Int) { state = Mutex((followers, nil)) }

  /// Notes that a rank has ended, and says whether it was the last.
  func hasEnded() -> Bool {
    state.withLock { state in
      state.working -= 1
      return state.working == 0
    }
  }

  func fail(_ error: any Error) { state.withLock { $0.failure = $0.failure ?? error } }

  func requireNoFailure() throws { if let failure = state.withLock(\.failure) { throw failure } }
}

/// Asks the leader for pieces, one question at a time.
private final class LeaderSource: WorkSource {
  private let channel: any MessageChannel
  private let waiting = Mutex<CheckedContinuation<WorkAnswer, Never>?>(nil)

  init(_ channel: any MessageChannel) {
    self.channel = channel
    channel.onMessage { [weak self] message in
      guard case .answer(let answer)? = try? RankMessage(message.bytes) else { return }
      self?.waiting.withLock { waiting in
        defer { waiting = nil }
        return waiting
      }?.resume(returning: answer)
    }
  }

  func next(alone: Bool, within memory: Int) async throws -> WorkAnswer {
    let question = try RankMessage.ask(alone: alone, memory: memory).bytes
    return await withCheckedContinuation { answer in
      waiting.withLock { $0 = answer }
      channel.send(question, to: 0)
    }
  }
}
