import Experiments
import Foundation
import MessagePassing
import Synchronization
import Testing

/// Ranks in one process, with messages in memory.
@Suite("Ranks") struct RankTests {
  private static let pieces = (0..<40).map { index in
    WorkPiece(cost: Double(40 - index), memory: 1 + index % 3, isAlone: index % 17 == 0)
  }

  private func work(
    _ pieces: [WorkPiece], fingerprint: String = "f",
    deliver: @escaping @Sendable (Data) throws -> Void
  ) -> DividedWork {
    DividedWork(
      pieces: pieces, fingerprint: fingerprint, jobs: 2, memory: 4,
      // More would change the numbers of other tests of this process.
      threads: 1,
      worker: {
        { task, emit in
          await Task.yield()
          try emit(Data("\(task.index) \(task.finished)".utf8))
        }
      }, deliver: deliver)
  }

  /// Does work with some ranks, each in a task, and gives what the leader got, sorted.
  private func carryOut(
    _ pieces: [WorkPiece], ranks: Int,
    fingerprint: @escaping @Sendable (Int) -> String = { _ in "f" }
  ) async throws -> [String] {
    let net = Net(size: ranks)
    let delivered = Delivered()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for rank in 0..<ranks {
        // Only the leader knows what is finished.
        let known = rank == 0 ? pieces : pieces.map(\.asUnknown)
        let work = work(known, fingerprint: fingerprint(rank)) { delivered.add($0) }
        tasks.addTask { try await RankDistribution(net.channel(rank)).carryOut(work) }
      }
      try await tasks.waitForAll()
    }
    return delivered.texts.sorted()
  }

  @Test(arguments: [1, 2, 5])
  func `do every piece once, and the leader has all results`(ranks: Int) async throws {
    let found = try await carryOut(Self.pieces, ranks: ranks)
    #expect(found == Self.pieces.indices.map { "\($0) []" }.sorted())
  }

  @Test func `are told what of a piece is finished, and given none that is done`() async throws {
    var pieces = Self.pieces
    for index in pieces.indices { pieces[index].finished = [index, 7] }
    pieces[3].isDone = true
    let found = try await carryOut(pieces, ranks: 3)
    #expect(found == pieces.indices.filter { $0 != 3 }.map { "\($0) [\($0), 7]" }.sorted())
  }

  @Test func `with other files or options end the work`() async throws {
    await #expect(throws: ExperimentError.foreignResult) {
      let net = Net(size: 2)
      let leader = RankDistribution(net.channel(0))
      net.channel(1).send(try Self.begin(of: "other"), to: 0)
      try await leader.carryOut(work(Self.pieces) { _ in })
    }
  }

  /// The first message of a rank with another fingerprint.
  private static func begin(of fingerprint: String) throws -> [UInt8] {
    try [UInt8](JSONEncoder().encode(["begin": ["fingerprint": fingerprint]]))
  }

  @Test func `a launcher that started several is recognised`() {
    #expect(Launcher.processCount(environment: [:]) == nil)
    #expect(Launcher.processCount(environment: ["PMI_SIZE": "4"]) == 4)
    #expect(
      Launcher.processCount(environment: ["SLURM_NTASKS": "8", "OMPI_COMM_WORLD_SIZE": "1"]) == 8)
  }
}

extension WorkPiece {
  fileprivate var asUnknown: WorkPiece {
    WorkPiece(cost: cost, memory: memory, isAlone: isAlone)
  }
}

/// A class, because the ranks share it.
private final class Delivered: Sendable {
  private let list = Mutex([String]())
  func add(_ data: Data) { list.withLock { $0.append(String(decoding: data, as: UTF8.self)) } }
  var texts: [String] { list.withLock(\.self) }
}

/// Carries messages between ranks. A class, because the ranks share it.
private final class Net: Sendable {
  typealias Handle = @Sendable (Message) -> Void

  /// What has come to a rank; its queue makes calls one at a time, in order, and not on the sender's thread.
  private final class Box: Sendable {
    let state = Mutex((handle: Handle?.none, waiting: [Message]()))
    let queue = DispatchQueue(label: "rank")
  }

  private let boxes: [Box]

  init(size: Int) { boxes = (0..<size).map { _ in Box() } }

  func channel(_ rank: Int) -> Channel { Channel(rank: rank, size: boxes.count, net: self) }

  struct Channel: MessageChannel {
    let rank: Int
    let size: Int
    fileprivate let net: Net

    func onMessage(_ handle: @escaping Handle) {
      net.boxes[rank].state.withLock { $0.handle = handle }
      net.deliver(to: rank)
    }

    func send(_ bytes: [UInt8], to rank: Int) {
      net.boxes[rank].state.withLock { $0.waiting.append(Message(from: self.rank, bytes)) }
      net.deliver(to: rank)
    }
  }

  private func deliver(to rank: Int) {
    let box = boxes[rank]
    box.queue.async {
      let (handle, waiting) = box.state.withLock { state in
        defer { if state.handle != nil { state.waiting = [] } }
        return (state.handle, state.waiting)
      }
      if let handle { for message in waiting { handle(message) } }
    }
  }
}
