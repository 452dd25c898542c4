import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// LoRA adapters of llama.cpp (`make_gguf_adapters.py`), whose files do not say how many heads the model has.
@Suite("Adapters in GGUF files") struct GGUFAdapterTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/containers").path

  private func adapter(_ name: String) throws -> AdapterFolder {
    let path = "\(Self.fixtures)/gguf-adapters/\(name).gguf"
    #expect(try Discovery.runs(at: path)[0].checkpoints.map(\.contents) == [.adapter])
    return try AdapterFolder(path: path)
  }

  private func base(_ name: String) throws -> ModelFolder {
    try ModelFolder(path: "\(Self.fixtures)/gguf/\(name).gguf")
  }

  /// The updates by module.
  private func expected(_ name: String) throws -> [String: Matrix] {
    let store = try TensorStore(file: "\(Self.fixtures)/gguf-adapters/updates.safetensors")
    let own = store.tensors.filter { $0.name.hasPrefix("\(name)/") }
    return try Dictionary(
      uniqueKeysWithValues: own.map {
        (
          String($0.name.dropFirst(name.count + 1)),
          Matrix(
            rows: $0.shape[0], columns: $0.shape[1], values: try store.doubles(of: $0.name))
        )
      })
  }

  private func expect(_ updates: CheckpointUpdates, _ expected: [String: Matrix]) throws {
    #expect(updates.modules.map(\.module) == expected.keys.sorted())
    for update in updates.modules {
      let right = try #require(expected[update.module])
      // Tolerance: the files hold single precision.
      #expect(
        try (update.matrix() - right).frobeniusNorm() < 1e-6 * right.frobeniusNorm(),
        "\(update.module)")
    }
  }

  @Test(arguments: ["llama", "mixtral", "bloom", "qwen2"])
  func `an adapter over a GGUF base has the rows of the model's library`(name: String) throws {
    try expect(
      CheckpointUpdates(of: adapter(name), base: base(name)), expected(name))
  }

  @Test func `an adapter over a model of transformers has its rows`() throws {
    let entries = try base("llama").parameters.map {
      SafetensorsWriter.Entry(name: $0.name, shape: $0.shape, values: try $0.doubles())
    }
    let bench = try UpdatesWorkbench()
    let model = try bench.model(
      "base",
      configuration:
        #"{"model_type": "llama", "num_attention_heads": 2, "num_key_value_heads": 1}"#,
      entries: entries)
    try expect(CheckpointUpdates(of: adapter("llama"), base: model), expected("llama"))
    for heads in [
      "", #", "num_attention_heads": 3"#, #", "num_attention_heads": 4611686018427387904"#,
    ] {
      let other = try bench.model(
        "other", configuration: #"{"model_type": "llama"\#(heads)}"#, entries: entries)
      let error = #expect(throws: CheckpointError.self) {
        try CheckpointUpdates(of: adapter("llama"), base: other)
      }
      #expect("\(try #require(error))".contains("config.json, with --base"))
    }
  }

  @Test func `without a base the norms are right and the rows are llama.cpp's`() throws {
    let updates = try CheckpointUpdates(of: adapter("llama"), base: nil)
    let expected = try expected("llama")
    #expect(updates.modules.count == expected.count)
    for update in updates.modules {
      let right = try #require(expected[update.module])
      // Tolerance: the files hold single precision.
      #expect(abs(try update.matrix().frobeniusNorm() - right.frobeniusNorm()) < 1e-5)
    }
  }

  @Test(arguments: [Float.nan, .infinity])
  func `an alpha that is no number is refused`(alpha: Float) throws {
    let bench = try UpdatesWorkbench()
    var bytes = try Data(
      contentsOf: URL(fileURLWithPath: "\(Self.fixtures)/gguf-adapters/llama.gguf"))
    let key = try #require(bytes.range(of: Data("adapter.lora.alpha".utf8)))
    // Behind the name is the number of its type in four bytes.
    let place = key.upperBound + 4..<key.upperBound + 8
    #expect(Array(bytes[place]) == [0, 0, 0xC0, 0x40])
    bytes.replaceSubrange(place, with: (0..<4).map { UInt8(alpha.bitPattern >> ($0 * 8) & 0xFF) })
    let path = bench.path("adapter.gguf")
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(throws: (any Error).self) {
      try CheckpointUpdates(of: AdapterFolder(path: path), base: nil)
    }
  }

  @Test func `a folder with such a file says which path to give`() throws {
    let bench = try UpdatesWorkbench()
    try FileManager.default.copyItem(
      atPath: "\(Self.fixtures)/gguf-adapters/llama.gguf", toPath: bench.path("adapter.gguf"))
    let error = #expect(throws: (any Error).self) { try Discovery.runs(at: bench.folder.path) }
    #expect("\(try #require(error))".contains("give the path of the file itself"))
  }
}
