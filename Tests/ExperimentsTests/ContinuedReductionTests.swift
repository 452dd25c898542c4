import Adapters
import Checkpoints
import Experiments
import Foundation
import Spectra
import Testing

/// An extraction that was stopped goes on from what it finished.
@Suite("Reductions that go on") struct ContinuedReductionTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  private struct Stop: Error {}

  private func files(_ path: String) throws -> [String: Data] {
    try FileManager.default.contentsOfDirectory(atPath: path).reduce(into: [:]) {
      $0[$1] = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\($1)"))
    }
  }

  @Test(arguments: [16, 0])
  func `the bytes are those of an extraction that was never stopped`(budget: Int) async throws {
    let scratch = try StudyScratch()
    let source = try ReductionSource.adapter(
      at: Self.fixtures.appendingPathComponent("adapters/dora").path, base: .named, alpha: nil)
    let rule: any RankRule = budget > 0 ? CountRule(3) : BudgetRule(4000)
    var options = ReductionOptions(rule: rule)
    options.type = .bfloat16
    let reducer = try Reducer(source, options, jobs: 1)
    let whole = try await reducer.reduced()
    try await whole.publish(to: "\(scratch.path)/whole", type: .bfloat16)

    let out = "\(scratch.path)/out"
    let first = try PartialWork(for: out, fingerprint: "a", resuming: false)
    await #expect(throws: Stop.self) {
      try await first.publishing {
        _ = try await reducer.reduced(keeping: first)
        throw Stop()
      }
    }
    #expect(first.holdsParts && !FileManager.default.fileExists(atPath: out))
    // Half of the journal is lost, in the middle of a record.
    let journal = URL(fileURLWithPath: "\(out).partial/journal")
    let bytes = try Data(contentsOf: journal)
    try bytes.prefix(bytes.count / 2).write(to: journal)
    _ = consume first
    let second = try PartialWork(for: out, fingerprint: "a", resuming: true)
    #expect(second.holdsParts)
    try await second.publishing {
      try await reducer.reduced(keeping: second).write(
        into: second, format: PEFTFormat.self, prefix: nil, type: .bfloat16, card: "")
    }
    #expect(try files(out) == files("\(scratch.path)/whole"))
    #expect(!FileManager.default.fileExists(atPath: "\(out).partial"))
  }
}
