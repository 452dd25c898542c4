import Checkpoints
import Documents
import Foundation
import LinearAlgebra
import Merging
import Testing

/// What a merge writes.
@Suite("Merged checkpoints") struct ModelMergeTests {
  private func bench() throws -> MergeBench {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter", size: 2e-3)
    return bench
  }

  private func bytes(_ bench: MergeBench, _ name: String) throws -> Data {
    try Data(contentsOf: bench.folder.appendingPathComponent("\(name)/model.safetensors"))
  }

  @Test(arguments: [MergeRounding.nearest, .stochastic(seed: 5)])
  func `the bytes do not depend on the number of jobs`(rounding: MergeRounding) async throws {
    let bench = try bench()
    try await bench.merge(rounding: rounding, to: "one", jobs: 1)
    try await bench.merge(rounding: rounding, to: "three", jobs: 3)
    #expect(try bytes(bench, "one") == bytes(bench, "three"))
  }

  @Test func `another seed gives other bytes`() async throws {
    let bench = try bench()
    try await bench.merge(rounding: .stochastic(seed: 5), to: "five")
    try await bench.merge(rounding: .stochastic(seed: 6), to: "six")
    #expect(try bytes(bench, "five") != bytes(bench, "six"))
  }

  @Test func `stochastic rounding keeps the mean of an update that rounding to the nearest loses`()
    async throws
  {
    let bench = try MergeBench()
    // A constant far below half of a spacing.
    try bench.writeAdapter("adapter", fields: #""lora_alpha": 4"#) { _, weight in
      (
        Matrix(rows: 4, columns: weight.columns, repeating: 1e-3),
        Matrix(rows: weight.rows, columns: 4, repeating: 1e-3)
      )
    }
    let wanted = 4e-6
    let shares = try await [MergeRounding.nearest, .stochastic(seed: 1)].asyncMap { rounding in
      let name = rounding == .nearest ? "nearest" : "stochastic"
      let summary = try await bench.merge(rounding: rounding, to: name)
      let merged = try ModelFolder(path: bench.path(name))
      var change = 0.0
      var count = 0
      for (module, weight) in bench.weights {
        let after = try merged.weight(named: module).doubles()
        change += zip(after, weight.values).reduce(0) { $0 + $1.0 - $1.1 }
        count += after.count
      }
      return (change / Double(count) / wanted, try #require(summary.swallowedShare))
    }
    #expect(shares[1].0 > 0.5 && shares[1].0 < 1.5)
    #expect(shares[0].1 > 0.95)
    #expect(shares[1].1 < shares[0].1)
  }

  @Test func `a folder that exists is left alone`() async throws {
    let bench = try bench()
    try await bench.merge()
    let before = try bytes(bench, "merged")
    await #expect(throws: OutputError.exists(path: bench.path("merged"))) {
      try await bench.merge(rounding: .stochastic(seed: 1))
    }
    #expect(try bytes(bench, "merged") == before)
  }

  @Test(arguments: [MergeRounding.nearest, .stochastic(seed: 5)])
  func `a merge that was stopped goes on to the same bytes and numbers`(
    rounding: MergeRounding
  ) async throws {
    let bench = try bench()
    let whole = try await bench.merge(rounding: rounding, to: "whole")
    await #expect(throws: MergeBench.Stop.self) {
      try await bench.merge(rounding: rounding, fails: true)
    }
    // A weight of which another program changed a byte is merged again.
    let file = bench.folder.appendingPathComponent("merged.partial/files/model.safetensors")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: file)
    let summary = try await bench.merge(rounding: rounding, resuming: true)
    #expect(try self.bytes(bench, "merged") == self.bytes(bench, "whole"))
    #expect(summary.weights.map(\.updated) == whole.weights.map(\.updated))
    #expect(summary.weights.map(\.swallowed) == whole.weights.map(\.swallowed))
    #expect(summary.weights.map(\.loss) == whole.weights.map(\.loss))
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
    #expect(Set(names) == ["adapter", "base", "merged", "whole"])
  }

  @Test func `nothing is left of a merge that fails`() async throws {
    let bench = try MergeBench()
    try bench.writeAdapter("adapter") { _, weight in
      (
        Matrix(rows: 4, columns: weight.columns),
        Matrix(rows: weight.rows, columns: 4, repeating: .nan)
      )
    }
    await #expect(throws: UnmergeableError.self) { try await bench.merge() }
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
    #expect(Set(names) == ["adapter", "base"])
  }

  @Test(arguments: [true, false])
  func `numbers that the result cannot hold are refused, and nothing is left`(
    isInAdapter: Bool
  ) async throws {
    let bench = try MergeBench(.float32)
    try bench.writeAdapter("adapter", size: isInAdapter ? 1e30 : 0.05)
    if !isInAdapter {
      // Another type, of a weight that the adapter does not change.
      try bench.writeModel(
        "base",
        bench.weights.merging(["model.other": Matrix(rows: 2, columns: 2, repeating: 1e6)]) { $1 })
    }
    let error = await #expect(throws: UnmergeableError.self) {
      try await bench.merge(type: .float16)
    }
    #expect("\(try #require(error))".contains("would not be finite in F16"))
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.folder.path)
    #expect(Set(names) == ["adapter", "base"])
  }

  @Test func `two updates of one weight are refused`() async throws {
    let bench = try bench()
    let file = bench.folder.appendingPathComponent("base/config.json")
    try Data(#"{"model_type": "llama", "tie_word_embeddings": true}"#.utf8).write(to: file)
    try bench.writeModel(
      "base", bench.weights.merging(["model.embed_tokens": .identity(64)]) { $1 })
    try Data(#"{"model_type": "llama", "tie_word_embeddings": true}"#.utf8).write(to: file)
    let head = SafetensorsWriter.Entry(
      name: "base_model.model.lm_head.lora_A.weight", shape: [1, 64],
      values: .float32(Array(repeating: 0.1, count: 64)))
    let up = SafetensorsWriter.Entry(
      name: "base_model.model.lm_head.lora_B.weight", shape: [64, 1],
      values: .float32(Array(repeating: 0.1, count: 64)))
    try SafetensorsWriter.write(
      [head, up], to: "\(bench.path("adapter"))/adapter_model.safetensors")
    await #expect(
      throws: UnmergeableError.sharedWeight(module: "lm_head", tensor: "model.embed_tokens.weight")
    ) {
      try await bench.merge()
    }
  }

  @Test func `the configuration names the type that was asked for`() async throws {
    let bench = try bench()
    try await bench.merge(type: .float32)
    let text = try String(
      contentsOf: bench.folder.appendingPathComponent("merged/config.json"), encoding: .utf8)
    #expect(text.contains("\"float32\""))
    #expect(try ModelFolder(path: bench.path("merged")).storageType == .float32)
  }
}

extension Sequence {
  fileprivate func asyncMap<Result>(
    _ transform: (Element) async throws -> Result
  ) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
