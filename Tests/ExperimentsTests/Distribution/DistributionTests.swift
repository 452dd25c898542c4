import Experiments
import Foundation
import Synchronization
import Testing

@Suite("Distribution of work") struct DistributionTests {
  private struct Failed: Error {}

  /// Pieces that hand on their index.
  private func work(
    _ pieces: [WorkPiece], jobs: Int = 2, memory: Int = .max, into results: Results,
    failingAt failing: Int? = nil
  ) -> DividedWork {
    DividedWork(
      pieces: pieces, fingerprint: "f", jobs: jobs, memory: memory,
      // More would change the numbers of other tests of this process.
      threads: 1,
      worker: {
        { task, emit in
          results.begin(pieces[task.index].memory)
          defer { results.end(pieces[task.index].memory) }
          await Task.yield()
          if task.index == failing { throw Failed() }
          try emit(Data("\(task.index)".utf8))
        }
      }, deliver: { results.add($0) })
  }

  /// What was delivered, and how much memory pieces in work had at most. A class, because workers share it.
  private final class Results: Sendable {
    private let state = Mutex((texts: [String](), memory: 0, most: 0))

    func begin(_ memory: Int) {
      state.withLock { state in
        state.memory += memory
        state.most = max(state.most, state.memory)
      }
    }
    func end(_ memory: Int) { state.withLock { $0.memory -= memory } }
    func add(_ data: Data) {
      state.withLock { $0.texts.append(String(decoding: data, as: UTF8.self)) }
    }
    var indices: [Int] { state.withLock { $0.texts.compactMap { Int($0) }.sorted() } }
    var most: Int { state.withLock(\.most) }
  }

  @Test func `one process does all pieces, each once, within its memory`() async throws {
    let pieces = (0..<40).map { WorkPiece(cost: 1, memory: 1 + $0 % 5, isAlone: $0 % 13 == 0) }
    let results = Results()
    try await LocalDistribution().carryOut(work(pieces, jobs: 4, memory: 6, into: results))
    #expect(results.indices == Array(0..<40))
    #expect(results.most <= 6)
  }

  @Test func `a piece that needs more than the limit is done alone`() async throws {
    let pieces = [1, 9, 1, 9].map { WorkPiece(cost: 1, memory: $0) }
    let results = Results()
    try await LocalDistribution().carryOut(work(pieces, jobs: 4, memory: 4, into: results))
    #expect(results.indices == [0, 1, 2, 3])
    #expect(results.most <= 9)
  }

  @Test func `a piece that fails ends the work of those who wait for its memory`() async throws {
    let pieces = (0..<4).map { _ in WorkPiece(cost: 1, memory: 4) }
    await #expect(throws: Failed.self) {
      try await LocalDistribution().carryOut(
        work(pieces, jobs: 4, memory: 4, into: Results(), failingAt: 0))
    }
  }

  @Test func `shards do what is not done, and together each piece once`() async throws {
    var pieces = (0..<30).map { WorkPiece(cost: Double(1 + $0 % 7)) }
    for done in [3, 4, 29] { pieces[done].isDone = true }
    let results = Results()
    for index in 0..<4 {
      let shard = try #require(Shard(index: index, of: 4))
      try await ShardDistribution(shard).carryOut(work(pieces, into: results))
    }
    #expect(results.indices == (0..<30).filter { ![3, 4, 29].contains($0) })
  }
}
