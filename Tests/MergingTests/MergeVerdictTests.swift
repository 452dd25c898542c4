import Checkpoints
import LinearAlgebra
import Merging
import Testing

/// What passes a check, and what proves nothing.
@Suite("Verdicts on merges") struct MergeVerdictTests {
  @Test(arguments: [DataType.bfloat16, .float16, .float32])
  func `what is merged passes bit for bit`(type: DataType) async throws {
    let bench = try MergeBench(type)
    try bench.writeAdapter("adapter")
    try await bench.merge()
    let report = try await bench.check()
    #expect(report.conclusion == .pass)
    #expect(
      report.weights.allSatisfy { $0.verdict == .exact(MergeArithmetic(loaded: type)) })
  }

  @Test func `stochastic rounding passes but for rounding`() async throws {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter")
    try await bench.merge(rounding: .stochastic(seed: 3))
    let report = try await bench.check()
    #expect(report.conclusion == .pass)
    #expect(report.weights.allSatisfy { $0.verdict == .rounding })
  }

  @Test func `a base that was loaded in another type passes`() async throws {
    let bench = try MergeBench(.float32)
    try bench.writeAdapter("adapter")
    try await bench.merge(type: .bfloat16)
    let report = try await bench.check()
    #expect(report.conclusion == .pass)
    #expect(
      report.weights.allSatisfy { $0.verdict == .exact(MergeArithmetic(loaded: .bfloat16)) })
  }

  @Test func `a merge in Float32 that was saved in a narrower type passes`() async throws {
    let bench = try MergeBench(.float32)
    try bench.writeAdapter("adapter")
    try bench.writeMerged("adapter", as: .bfloat16) { _, weight, update in weight + update }
    #expect(try await bench.check().conclusion == .pass)
  }

  @Test func `an update that was computed in the base's type passes but for rounding`() async throws
  {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter", size: 0.5)
    try bench.writeMerged("adapter") { _, weight, update in weight + bench.rounded(update) }
    #expect(try await bench.check().conclusion == .pass)
  }

  @Test func `an update that rounding takes away proves nothing`() async throws {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter", size: 1e-9)
    try await bench.merge()
    let report = try await bench.check()
    #expect(report.conclusion == .inconclusive)
    #expect(report.weights.allSatisfy { $0.verdict == .swallowed })
    #expect(report.swallowedShare == 1)
  }

  @Test func `a merge whose bits cannot be told from the base's is inconclusive, not passed`()
    async throws
  {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter", size: 1e-8)
    // Half of the entries are the next ones on the side of the update: no strength is excluded, and the bits are those of
    // no merge.
    var generator = SplitMix64(seed: 4)
    try bench.writeMerged("adapter") { _, weight, update in
      weight.combined(with: update) { value, change in
        let step = DataType.bfloat16.spacing(at: value)
        return generator.nextUniform() < 0.5 ? value : value + (change < 0 ? -step : step)
      }
    }
    let report = try await bench.check()
    #expect(report.conclusion == .inconclusive)
    #expect(report.headline.hasPrefix("inconclusive"))
  }

  @Test func `an adapter that was not trained is nothing to find`() async throws {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter", size: 0)
    try await bench.merge()
    #expect(try await bench.check().conclusion == .inconclusive)
  }

  @Test func `base and merged checkpoint must be two folders`() async throws {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter")
    await #expect(throws: MergeError.sameFolder(path: bench.path("base"))) {
      try await bench.check(merged: "base")
    }
  }
}
