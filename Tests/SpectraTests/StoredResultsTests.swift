import Spectra
import Synchronization
import Testing

@Suite("Stored results") struct StoredResultsTests {
  private static let identities = ["a", "b"].flatMap { run in
    [10, 20].flatMap { step in
      ["layers.0.q", "layers.1.q", "layers.2.q"].map { module in
        ModuleIdentity(
          run: run, method: "lora", seed: nil, step: step, module: module, rows: 1, columns: 1)
      }
    }
  }

  @Test func `are read when they are asked for, each once and in their order`() throws {
    let read = Mutex([Int]())
    let results = StoredResults(of: Self.identities) { position in
      read.withLock { $0.append(position) }
      return ModuleAnalysis(identity: Self.identities[position])
    }
    #expect(results.count == 12 && read.withLock { $0.isEmpty })
    #expect(try results.map(\.identity) == Self.identities)
    #expect(read.withLock { $0 } == Array(0..<12))
  }

  @Test func `of a run and a step are those of both`() throws {
    let results = StoredResults(Self.identities.map { ModuleAnalysis(identity: $0) })
    let chosen = results.of(run: "b").at(step: 20)
    #expect(try chosen.map(\.identity) == Array(Self.identities[9...]))
    #expect(try results.of(run: "b").read(4).identity == Self.identities[10])
    #expect(results.of(run: "a").steps.map(\.step) == [10, 20])
    #expect(
      try results.of(run: "a").steps[1].results.map(\.identity) == Array(Self.identities[3..<6]))
    #expect(results.of(run: "c").isEmpty && results.at(step: 30).count == 0)
  }

  @Test func `that cannot be read are an error`() {
    struct Lost: Error {}
    let results = StoredResults<ModuleAnalysis>(of: Self.identities) { _ in throw Lost() }
    #expect(throws: Lost.self) { try results.forEach { _ in } }
  }
}
