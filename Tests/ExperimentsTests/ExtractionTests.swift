import Adapters
import Checkpoints
import Documents
import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Testing
import Updates

/// A LoRA out of two models with all weights.
@Suite("LoRA of two models") struct ExtractionTests {
  private static let base = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/base-qwen2").path

  /// The base with changes to some tensors.
  private func tuned(
    in scratch: StudyScratch, _ changes: [String: ([Double]) -> [Double]]
  ) throws -> String {
    let model = try ModelFolder(path: Self.base)
    let path = "\(scratch.path)/tuned"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(Self.base)/config.json", toPath: "\(path)/config.json")
    try SafetensorsWriter.write(
      model.parameters.map { weight in
        let values = try weight.doubles()
        return .init(
          name: weight.name, shape: weight.shape, values: changes[weight.name]?(values) ?? values)
      }, to: "\(path)/model.safetensors")
    return path
  }

  private static let quantized = URL(fileURLWithPath: base).deletingLastPathComponent()
    .appendingPathComponent("quantized").path

  /// Every form of quantised weights that is read.
  private static let quantizedForms =
    ((try? FileManager.default.contentsOfDirectory(atPath: quantized)) ?? []).sorted()

  @Test(arguments: quantizedForms)
  func `a LoRA of a quantised base holds the change of its dequantised numbers`(
    form: String
  ) async throws {
    let scratch = try StudyScratch()
    let base = try ModelFolder(path: "\(Self.quantized)/\(form)")
    let path = "\(scratch.path)/tuned"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data("{\"model_type\": \"\(base.modelType ?? "qwen2")\"}".utf8)
      .write(to: URL(fileURLWithPath: "\(path)/config.json"))
    try SafetensorsWriter.write(
      base.parameters.map { weight in
        let values = try weight.doubles()
        guard weight.shape.count > 1 else {
          return .init(name: weight.name, shape: weight.shape, values: values)
        }
        // Experts are stacked in one form: each gets the change.
        let (rows, columns) = (weight.shape[weight.shape.count - 2], weight.columns)
        let change = lowRank(rows, columns, rank: 2, seed: 7)
        let changed = stride(from: 0, to: values.count, by: rows * columns).flatMap {
          change(Array(values[$0..<$0 + rows * columns]))
        }
        return .init(name: weight.name, shape: weight.shape, values: changed)
      }, to: "\(path)/model.safetensors")
    let source = try ReductionSource.difference(base: base.path, tuned: path)
    let lora = "\(scratch.path)/lora"
    try await Reducer(source, ReductionOptions(rule: CountRule(2)), jobs: 2)
      .reduced().publish(to: lora)
    let written = try CheckpointUpdates(of: AdapterFolder(path: lora), base: source.base)
    #expect(written.findings == [])
    let wanted = Dictionary(
      uniqueKeysWithValues: source.updates.modules.map { ($0.module, $0) })
    #expect(!wanted.isEmpty && Set(written.modules.map(\.module)) == Set(wanted.keys))
    for module in written.modules {
      let change = try #require(wanted[module.module]).matrix()
      let difference = try (module.matrix() - change).frobeniusNorm()
      // Tolerance: the factors are rounded to single precision.
      #expect(difference > 0 && difference < 1e-6 * change.frobeniusNorm())
    }
  }

  /// A change of a given rank.
  private func lowRank(
    _ rows: Int, _ columns: Int, rank: Int, seed: UInt64
  ) -> ([Double]) -> [Double] {
    var generator = SplitMix64(seed: seed)
    let update =
      0.01 * generator.gaussianMatrix(rows: rows, columns: rank)
      * generator.gaussianMatrix(rows: rank, columns: columns)
    return { zip($0, update.values).map { $0 + $1 } }
  }

  private func shape(of name: String) throws -> (Int, Int) {
    let weight = try ModelFolder(path: Self.base).weight(named: name)
    return (weight.rows, weight.columns)
  }

  private let query = "model.layers.0.self_attn.q_proj.weight"
  private let down = "model.layers.1.mlp.down_proj.weight"

  @Test func `the LoRA has the rank and the update of the change`() async throws {
    let scratch = try StudyScratch()
    let (queryShape, downShape) = (try shape(of: query), try shape(of: down))
    let path = try tuned(
      in: scratch,
      [
        query: lowRank(queryShape.0, queryShape.1, rank: 3, seed: 1),
        down: lowRank(downShape.0, downShape.1, rank: 2, seed: 2),
      ])
    let source = try ReductionSource.difference(base: Self.base, tuned: path)
    let outcome = try await Reducer(
      source, ReductionOptions(rule: ExactRule()), jobs: 2
    ).reduced()
    #expect(
      outcome.reduction.modules.map(\.module) == [
        "model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj",
      ])
    #expect(outcome.reduction.modules.map(\.rank) == [3, 2])
    #expect(outcome.reduction.whole == [] && outcome.reduction.leftOut == [])
    let lora = "\(scratch.path)/lora"
    try await outcome.publish(to: lora)
    let written = try CheckpointUpdates(of: AdapterFolder(path: lora), base: source.base)
    for module in written.modules {
      let before = try #require(source.updates.modules.first { $0.module == module.module })
      let difference = try before.matrix() - module.matrix()
      #expect(try difference.frobeniusNorm() < 1e-6 * before.matrix().frobeniusNorm())
    }
    let configuration = try AdapterConfiguration(AdapterFolder(path: lora))
    #expect(configuration.rank == 2)
    #expect(configuration.rankPattern.entries.map(\.value) == [3])
    #expect(configuration.alphaPattern.entries.map(\.value) == [3])
  }

  @Test func `norms and biases are kept whole, and a tied embedding with its head`() async throws {
    let scratch = try StudyScratch()
    let (norm, bias) = ("model.norm.weight", "model.layers.0.self_attn.q_proj.bias")
    let (rows, columns) = try shape(of: "model.embed_tokens.weight")
    let path = try tuned(
      in: scratch,
      [
        norm: { $0.map { $0 + 0.5 } }, bias: { $0.map { $0 - 0.25 } },
        "model.embed_tokens.weight": lowRank(rows, columns, rank: 2, seed: 3),
      ])
    let source = try ReductionSource.difference(base: Self.base, tuned: path)
    for embeddings in [ReductionOptions.Keeping.whole, .lora] {
      var options = ReductionOptions(rule: ExactRule())
      options.embeddings = embeddings
      let outcome = try await Reducer(source, options, jobs: 1).reduced()
      let lora = "\(scratch.path)/\(embeddings)"
      try await outcome.publish(to: lora)
      let folder = try AdapterFolder(path: lora)
      let configuration = try AdapterConfiguration(folder)
      #expect(folder.configuration["bias"]?.string == "all")
      let names = Set(folder.entries.map(\.name))
      #expect(names.contains("model.norm.weight"))
      #expect(names.contains("model.layers.0.self_attn.q_proj.bias"))
      if embeddings == .whole {
        #expect(
          Set(configuration.modulesToSave) == ["model.norm", "model.embed_tokens", "lm_head"])
      } else {
        #expect(names.contains("model.embed_tokens.lora_embedding_A"))
        #expect(names.contains("lm_head.lora_A.weight"))
      }
      let written = try CheckpointUpdates(of: folder, base: source.base)
      #expect(written.findings.contains { if case .tiedCopy = $0 { true } else { false } })
      let embedding = try #require(
        written.modules.first { $0.module == "model.embed_tokens" }
      ).matrix()
      let before = try #require(source.updates.modules.first { $0.module == "model.embed_tokens" })
        .matrix()
      #expect((embedding - before).frobeniusNorm() < 1e-6 * before.frobeniusNorm())
      for name in [norm, bias] {
        let change = try #require(written.vectors.first { $0.name == name }).change()
        let expected = try #require(source.updates.vectors.first { $0.name == name }).change()
        #expect(zip(change, expected).allSatisfy { abs($0 - $1) < 1e-6 })
      }
    }
  }

  @Test func `what an option leaves out is said`() async throws {
    let scratch = try StudyScratch()
    let path = try tuned(
      in: scratch,
      [
        "model.norm.weight": { $0.map { $0 + 0.5 } },
        query: lowRank(try shape(of: query).0, try shape(of: query).1, rank: 1, seed: 4),
      ])
    var options = ReductionOptions(rule: CountRule(1))
    options.vectors = .leave
    options.selects = { !$0.contains("mlp") }
    let reduction = try await Reducer(
      ReductionSource.difference(base: Self.base, tuned: path), options, jobs: 1
    ).plan()
    #expect(reduction.leftOut.contains("model.norm.weight"))
    #expect(reduction.leftOut.contains("model.layers.0.mlp.up_proj"))
    #expect(reduction.modules.map(\.rank) == [1])
  }

  @Test func `nothing to write is an error, and an adapter is not a model`() async throws {
    let scratch = try StudyScratch()
    let path = try tuned(in: scratch, [:])
    let source = try ReductionSource.difference(base: Self.base, tuned: path)
    await #expect(throws: ReductionError.nothing(path: source.checkpoint.path)) {
      _ = try await Reducer(source, ReductionOptions(rule: CountRule(4)), jobs: 1).reduced()
    }
    let adapter = URL(fileURLWithPath: Self.base).deletingLastPathComponent()
      .appendingPathComponent("adapters/qwen2-lora").path
    #expect(throws: ReductionError.notAModel(path: adapter)) {
      _ = try ReductionSource.difference(base: Self.base, tuned: adapter)
    }
    #expect(throws: ReductionError.notAnAdapter(path: path)) {
      _ = try ReductionSource.adapter(at: path, base: .none, alpha: nil)
    }
  }
}
