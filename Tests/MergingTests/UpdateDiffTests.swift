import Checkpoints
import LinearAlgebra
import Merging
import Testing

/// Two updates beside each other, where the answer is known.
@Suite("Differences of updates") struct UpdateDiffTests {
  private func report(_ bench: MergeBench, _ first: String, _ second: String) async throws
    -> DiffReport
  {
    try await UpdateDiff(
      base: bench.base(), MergeInput(path: bench.path(first)),
      MergeInput(path: bench.path(second)), directions: 16
    ).report(jobs: 2)
  }

  @Test func `the opposite of an update has cosine −1, its subspaces and all signs in conflict`()
    async throws
  {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter")
    try bench.writeAdapter("opposite", fields: #""lora_alpha": -8"#)
    let report = try await report(bench, "adapter", "opposite")
    #expect(abs(try #require(report.cosine) + 1) < 1e-12)
    for weight in report.weights {
      #expect(weight.directions == 4)
      #expect(abs(try #require(weight.leftOverlap) - 1) < 1e-9)
      #expect(weight.signConflict == 1)
      #expect(try #require(weight.stackedPeak) < 1e-9)
    }
  }

  @Test func `of a run, the checkpoint that was taken is named`() async throws {
    let bench = try MergeBench()
    for step in [1, 40] { try bench.writeAdapter("run/checkpoint-\(step)") }
    let report = try await report(bench, "run", "run/checkpoint-1")
    #expect(
      report.titles == [
        "checkpoint-40 of '\(bench.path("run"))'", "'\(bench.path("run/checkpoint-1"))'",
      ])
  }

  @Test func `what a model left as it was is no change in common`() async throws {
    let bench = try MergeBench(.float32)
    try bench.writeAdapter("adapter")
    let same = MergeBench.names[1]
    try bench.writeMerged("adapter") { name, weight, update in
      name == same ? weight : weight + update
    }
    let report = try await report(bench, "adapter", "merged")
    #expect(report.weights.map(\.name) == MergeBench.names.filter { $0 != same }.sorted())
    #expect(report.onlyFirst == [same] && report.onlySecond == [])
  }

  @Test func `weights of both are in common, also where one update is zero`() async throws {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter")
    try bench.writeAdapter("zero") { _, weight in
      (
        Matrix(rows: 4, columns: weight.columns, repeating: 1),
        Matrix(rows: weight.rows, columns: 4)
      )
    }
    let names = MergeBench.names.sorted()
    let one = try await report(bench, "zero", "adapter")
    #expect(one.weights.isEmpty && one.shared == names.count)
    #expect(one.onlySecond == names && one.zeroInFirst == names && one.zeroInSecond == [])
    #expect(one.idle == [bench.path("zero")])
    let both = try await report(bench, "zero", "zero")
    #expect(both.idle.count == 2 && both.zeroInFirst == [] && both.onlyFirst == [])
    #expect(try await report(bench, "adapter", "adapter").idle == [])
  }

  @Test func `an update that is not finite is named`() async throws {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter")
    try bench.writeAdapter("broken") { _, weight in
      (
        Matrix(rows: 4, columns: weight.columns, repeating: 1),
        Matrix(rows: weight.rows, columns: 4, repeating: .nan)
      )
    }
    let error = await #expect(throws: MergeError.self) {
      _ = try await self.report(bench, "adapter", "broken")
    }
    #expect("\(try #require(error))".contains("not finite in '\(bench.path("adapter"))'"))
  }

  @Test
  func `two adapters are compared without their base, but for the entries that change in its type`()
    async throws
  {
    let bench = try MergeBench()
    for name in ["one", "two"] { try bench.writeAdapter(name, seed: name == "one" ? 2 : 3) }
    let known = try await report(bench, "one", "two")
    let alone = try await UpdateDiff(
      base: nil, MergeInput(path: bench.path("one")), MergeInput(path: bench.path("two")),
      directions: 16
    ).report(jobs: 2)
    #expect(alone.base == nil && alone.cosine == known.cosine && alone.distance == known.distance)
    #expect(alone.weights.count == known.weights.count)
    for (own, other) in zip(alone.weights, known.weights) {
      #expect(own.cosine == other.cosine && own.leftOverlap == other.leftOverlap)
      #expect(own.signConflict == other.signConflict && own.spectra == other.spectra)
      #expect(own.changed == nil && own.jaccard == nil && other.changed != nil)
    }
  }

  @Test func `an adapter that starts from its base is not compared without it`() throws {
    let bench = try MergeBench()
    try bench.writeAdapter("pissa", fields: #""lora_alpha": 8, "init_lora_weights": "pissa""#)
    #expect(throws: MergeError.self) {
      try UpdateDiff(
        base: nil, MergeInput(path: bench.path("pissa")), MergeInput(path: bench.path("pissa")),
        directions: 16)
    }
  }

  @Test func `unrelated updates overlap as chance has it`() async throws {
    let bench = try MergeBench(.float32)
    var overlaps: [Double] = []
    var chances: [Double] = []
    for seed in 10..<16 as Range<UInt64> {
      try bench.writeAdapter("a\(seed)", seed: seed)
      try bench.writeAdapter("b\(seed)", seed: 100 + seed)
      for weight in try await report(bench, "a\(seed)", "b\(seed)").weights {
        overlaps += [try #require(weight.leftOverlap), try #require(weight.rightOverlap)]
        chances += [weight.leftChance, weight.rightChance]
        #expect(abs(try #require(weight.signConflict) - 0.5) < 0.1)
      }
    }
    let ratio = overlaps.reduce(0, +) / chances.reduce(0, +)
    #expect(abs(ratio - 1) < 0.15)
  }

  @Test func `entries that two sparse updates change are counted, with what chance gives`()
    async throws
  {
    let bench = try MergeBench(.float32)
    // Two updates of half of the rows each, with a quarter of all rows in common.
    for (name, rows) in [("first", 0..<32), ("second", 16..<48)] {
      let changed = bench.weights.mapValues { weight in
        var matrix = weight
        for row in rows.clamped(to: 0..<weight.rows) {
          for column in 0..<weight.columns { matrix[row, column] += 0.01 }
        }
        return matrix
      }
      try bench.writeModel(name, changed)
    }
    let report = try await report(bench, "first", "second")
    let square = try #require(report.weights.first { $0.rows == 64 })
    #expect(square.changed == [0.5, 0.5])
    #expect(abs(try #require(square.jaccard) - 1.0 / 3) < 1e-12)
    #expect(abs(try #require(square.jaccardChance) - 1.0 / 3) < 1e-12)
    #expect(square.signConflict == 0)
  }

  @Test func `an adapter and its merge in Float64 are one update`() async throws {
    let bench = try MergeBench(.float32)
    try bench.writeAdapter("adapter")
    try bench.writeMerged("adapter", as: .float64) { _, weight, update in weight + update }
    let report = try await report(bench, "adapter", "merged")
    #expect(abs(try #require(report.cosine) - 1) < 1e-9)
    for weight in report.weights {
      #expect(try #require(weight.distance) < 1e-9)
      for (one, other) in zip(weight.spectra[0], weight.spectra[1]) {
        #expect(abs(one - other) < 1e-6 * one)
      }
      #expect(abs(try #require(weight.stackedPeak) - 2) < 1e-9)
    }
  }
}
