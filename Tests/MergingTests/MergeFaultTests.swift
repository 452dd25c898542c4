import Checkpoints
import Foundation
import LinearAlgebra
import Merging
import Testing

/// Faults of merges that were made on purpose: each is named.
@Suite("Planted merge faults") struct MergeFaultTests {
  private func bench(_ type: DataType = .bfloat16) throws -> MergeBench {
    let bench = try MergeBench(type)
    try bench.writeAdapter("adapter")
    return bench
  }

  @Test(arguments: [DataType.bfloat16, .float16, .float32])
  func `a copy of the base holds no adapter`(type: DataType) async throws {
    let bench = try bench(type)
    try bench.writeMerged("adapter") { _, weight, _ in weight }
    let report = try await bench.check()
    #expect(report.fault == "not_applied")
    #expect(report.conclusion == .fault)
  }

  @Test(arguments: [false, true])
  func `a number of the adapter that is not finite is a fault, whatever the weight holds there`(
    isInMagnitudes: Bool
  ) async throws {
    let bench = try MergeBench(.float32)
    // The usual adapter, then the same with one NaN: all of a row is unknown.
    try bench.writeAdapter(
      "adapter",
      fields: isInMagnitudes ? #""lora_alpha": 8, "use_dora": true"# : #""lora_alpha": 8"#,
      magnitudes: isInMagnitudes ? { _, weight in weight.rowNorms } : nil)
    try bench.writeMerged("adapter") { _, weight, update in weight + update }
    #expect(try await bench.check().conclusion == .pass)
    let broken = MergeBench.names[1]
    let pairs = try bench.factors(of: "adapter")
    try bench.writeAdapter(
      "adapter",
      fields: isInMagnitudes ? #""lora_alpha": 8, "use_dora": true"# : #""lora_alpha": 8"#,
      factors: { name, _ in
        var pair = try #require(pairs[name])
        if !isInMagnitudes, name == broken { pair.up[3, 0] = .nan }
        return pair
      },
      magnitudes: isInMagnitudes
        ? { name, weight in
          var norms = weight.rowNorms
          if name == broken { norms[3] = .nan }
          return norms
        } : nil)
    let report = try await bench.check()
    #expect(report.fault == "not_finite")
    #expect(report.doubtful.map(\.name) == [broken])
  }

  @Test(arguments: [0.99, 1.01])
  func `a strength near 1 is measured where the type can tell it`(factor: Double) async throws {
    let bench = try bench(.float32)
    try bench.writeMerged("adapter") { _, weight, update in weight + factor * update }
    let report = try await bench.check()
    #expect(report.fault == "wrong_strength")
    #expect(report.headline.contains("applied \(factor) times"), "\(report.headline)")
  }

  @Test func `weights that the adapter does not change are missed, too`() async throws {
    let bench = try bench()
    let other = ["model.other": Matrix(rows: 3, columns: 5, repeating: 0.5)]
    try bench.writeModel("base", bench.weights.merging(other) { $1 })
    try bench.writeMerged("adapter") { _, weight, update in weight + update }
    let lacking = try await bench.check()
    #expect(lacking.fault == "missing" && lacking.doubtful.map(\.name) == ["model.other.weight"])
    let merged = try bench.updates(of: "adapter").reduce(into: [String: Matrix]()) {
      $0[$1.key] = (bench.weights[$1.key] ?? $1.value) + $1.value
    }
    let narrow = ["model.other": Matrix(rows: 3, columns: 4, repeating: 0.5)]
    try bench.writeModel("merged", merged.merging(narrow) { $1 })
    #expect(try await bench.check().fault == "other_shape")
    try bench.writeModel("merged", merged.merging(other) { $1 })
    #expect(try await bench.check().conclusion == .pass)
  }

  @Test func `a checkpoint of the run that cannot be read is named`() async throws {
    let bench = try bench()
    let manager = FileManager.default
    for step in [1, 2] {
      try bench.writeAdapter("adapter", seed: UInt64(step))
      try manager.createDirectory(atPath: bench.path("run"), withIntermediateDirectories: true)
      try manager.copyItem(
        atPath: bench.path("adapter"), toPath: bench.path("run/checkpoint-\(step)"))
    }
    let file = URL(fileURLWithPath: bench.path("run/checkpoint-2/adapter_model.safetensors"))
    try Data(contentsOf: file).prefix(600).write(to: file)
    try bench.writeAdapter("adapter", seed: 1)
    try bench.writeMerged("adapter") { _, weight, update in weight + update }
    let report = try await bench.check("run")
    #expect(report.conclusion == .pass)
    #expect(report.findings.contains { $0.contains("checkpoint-2 is left out") })
    let plan = try MergePlan(base: bench.base(), adapter: MergeInput(path: bench.path("run")))
    #expect(plan.findings.contains { $0.contains("checkpoint-2 is left out") })
  }

  @Test func `a tied copy may be left out`() async throws {
    let bench = try bench()
    var generator = SplitMix64(seed: 5)
    var copies = ["model.embed_tokens": 0.1 * generator.gaussianMatrix(rows: 6, columns: 64)]
    copies["lm_head"] = copies["model.embed_tokens"]
    try bench.writeModel("base", bench.weights.merging(copies) { $1 })
    let updates = try bench.updates(of: "adapter")
    copies["lm_head"] = nil
    for (name, update) in updates { copies[name] = (bench.weights[name] ?? update) + update }
    try bench.writeModel("merged", copies)
    let report = try await bench.check()
    #expect(report.conclusion == .pass, "\(report.headline)")
  }

  @Test func `an adapter that is merged twice is applied twice`() async throws {
    let bench = try bench()
    try bench.writeMerged("adapter") { _, weight, update in
      bench.rounded(weight + update) + update
    }
    #expect(try await bench.check().fault == "applied_twice")
  }

  @Test(arguments: [
    (0.5, "applied 0.5 times"), (4.0, "α was taken for the scale"),
  ])
  func `a wrong strength is measured`(factor: Double, words: String) async throws {
    let bench = try bench()
    try bench.writeMerged("adapter") { _, weight, update in weight + factor * update }
    let report = try await bench.check()
    #expect(report.fault == "wrong_strength")
    #expect(report.headline.contains(words), "\(report.headline)")
  }

  @Test func `the scale of rank-stabilised LoRA is recognised where α/r was meant`() async throws {
    let bench = try MergeBench()
    // With rank 4 and α 8, α/√r is twice α/r; with rank-stabilised scaling it is the other way round.
    try bench.writeAdapter("adapter", fields: #""lora_alpha": 8, "use_rslora": true"#)
    try bench.writeMerged("adapter") { _, weight, update in weight + 0.5 * update }
    let report = try await bench.check()
    #expect(report.headline.contains("α/r was taken for α/√r"), "\(report.headline)")
  }

  @Test func `an adapter that is taken off is subtracted`() async throws {
    let bench = try bench()
    try bench.writeMerged("adapter") { _, weight, update in weight - update }
    #expect(try await bench.check().fault == "subtracted")
  }

  @Test func `the transpose of a product is recognised, also in a weight that is not square`()
    async throws
  {
    let bench = try bench()
    try bench.writeMerged("adapter") { _, weight, update in
      weight
        + Matrix(
          rows: update.rows, columns: update.columns, values: update.transposed().values)
    }
    let report = try await bench.check()
    #expect(report.fault == "transposed")
    #expect(report.doubtful.count == 3)
  }

  @Test func `modules that were left out are named`() async throws {
    let bench = try bench()
    try bench.writeMerged("adapter") { name, weight, update in
      name.hasSuffix("v_proj") ? weight : weight + update
    }
    let report = try await bench.check()
    #expect(report.fault == "some_modules")
    #expect(report.headline.contains("'model.layers.0.v_proj'"))
  }

  @Test func `rows that were left out are counted`() async throws {
    let bench = try bench()
    try bench.writeMerged("adapter") { _, weight, update in
      let upper = 32
      return Matrix.stackedRows([
        (weight + update).rowSlice(0..<upper), weight.rowSlice(upper..<weight.rows),
      ])
    }
    let report = try await bench.check()
    #expect(report.fault == "some_rows")
    #expect(report.weights[0].verdict == .fault(.someRows(32, of: 64)))
  }

  @Test func `another adapter is not this one`() async throws {
    let bench = try bench()
    try bench.writeAdapter("other", seed: 77)
    try bench.writeMerged("other") { _, weight, update in weight + update }
    let report = try await bench.check()
    #expect(report.fault == "another_adapter")
    #expect(try await bench.check("other").conclusion == .pass)
  }

  @Test func `a second adapter beside this one is seen`() async throws {
    let bench = try bench()
    try bench.writeAdapter("other", seed: 77)
    let others = try bench.updates(of: "other")
    try bench.writeMerged("adapter") { name, weight, update in
      weight + update + (try #require(others[name]))
    }
    #expect(try await bench.check().fault == "another_adapter_besides")
  }

  @Test func `a change that no adapter makes is not explained by one`() async throws {
    let bench = try bench()
    var generator = SplitMix64(seed: 9)
    try bench.writeMerged("adapter") { _, weight, _ in
      weight + 0.05 * generator.gaussianMatrix(rows: weight.rows, columns: weight.columns)
    }
    #expect(try await bench.check().fault == "unexplained")
  }

  @Test func `a start that was not taken off is named`() async throws {
    let bench = try MergeBench()
    // A start of PiSSA that training moved a little.
    var generator = SplitMix64(seed: 5)
    try bench.writeAdapter(
      "adapter", fields: #""lora_alpha": 4, "init_lora_weights": "pissa""#
    ) { _, weight in
      let triplets = try SingularTriplets(of: weight).leading(4)
      let roots = Matrix.diagonal(triplets.values.map { $0.squareRoot() })
      let moved = 0.02 * generator.gaussianMatrix(rows: weight.rows, columns: 4)
      return (roots * triplets.right, triplets.left * roots + moved)
    }
    let factors = try bench.factorProducts(of: "adapter", scale: 1)
    try bench.writeMerged("adapter") { name, weight, _ in
      weight + (try #require(factors[name]))
    }
    #expect(try await bench.check().fault == "start_not_subtracted")
    try bench.writeModel(
      "right", try bench.updates(of: "adapter").merging(bench.weights) { $0 + $1 })
    #expect(try await bench.check(merged: "right").conclusion == .pass)
  }

  @Test func `magnitudes of DoRA that were left out are named`() async throws {
    let bench = try MergeBench()
    try bench.writeAdapter(
      "adapter",
      magnitudes: { _, weight in
        (0..<weight.rows).map { row in
          1.3 * weight.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
      })
    let factors = try bench.factorProducts(of: "adapter", scale: 2)
    try bench.writeMerged("adapter") { name, weight, _ in
      weight + (try #require(factors[name]))
    }
    #expect(try await bench.check().fault == "magnitudes_left_out")
  }

  @Test func `a weight that the adapter does not change must be the base's`() async throws {
    let bench = try bench()
    try bench.writeModel(
      "base", bench.weights.merging(["model.norm_proj": Matrix.identity(8)]) { $1 })
    let updates = try bench.updates(of: "adapter")
    let right = bench.weights.merging(updates) { $0 + $1 }
    try bench.writeModel("merged", right.merging(["model.norm_proj": 2 * .identity(8)]) { $1 })
    #expect(try await bench.check().fault == "unexpected")
    try bench.writeModel("right", right.merging(["model.norm_proj": .identity(8)]) { $1 })
    #expect(try await bench.check(merged: "right").conclusion == .pass)
  }

  @Test func `a weight that is missing is named`() async throws {
    let bench = try bench()
    let updates = try bench.updates(of: "adapter")
    var merged = bench.weights.merging(updates) { $0 + $1 }
    merged["model.layers.1.q_proj"] = nil
    try bench.writeModel("merged", merged)
    let report = try await bench.check()
    #expect(report.fault == "missing")
    #expect(report.headline.contains("'model.layers.1.q_proj'"))
  }

  @Test func `entries that are not finite are counted`() async throws {
    let bench = try bench()
    try bench.writeMerged("adapter") { _, weight, update in
      var merged = weight + update
      merged[3, 4] = .nan
      return merged
    }
    let report = try await bench.check()
    #expect(report.weights[0].verdict == .fault(.notFinite(1)))
  }
}

extension MergeBench {
  /// s·BA of an adapter of this bench, whatever its start and magnitudes.
  func factorProducts(of adapter: String, scale: Double) throws -> [String: Matrix] {
    let store = try TensorStore(file: "\(path(adapter))/adapter_model.safetensors")
    return try Dictionary(
      uniqueKeysWithValues: Self.names.map { name in
        let read = { (part: String) in
          let tensor = try store.description(of: "base_model.model.\(name).\(part).weight")
          return Matrix(
            rows: tensor.shape[0], columns: tensor.shape[1],
            values: try store.doubles(of: tensor.name))
        }
        return (name, scale * (try read("lora_B") * read("lora_A")))
      })
  }
}
