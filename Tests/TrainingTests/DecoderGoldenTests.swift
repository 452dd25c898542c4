import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Training

/// Against transformers in float64: `Tests/Fixtures/training/decoder/make.py`.
@Suite("Decoder against transformers") struct DecoderGoldenTests {
  struct Expected: Decodable {
    struct Sequence: Decodable {
      let tokens: [Int32]
      let logProbabilities: [Double], entropies: [Double], weights: [Double]
    }
    let sequences: [Sequence]
    let gradientNorms: [String: Double], gradientSums: [String: Double]
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/training/decoder")

  static func load(_ family: String) throws -> (DecoderModel<Double>, Expected) {
    let place = folder.appendingPathComponent(family)
    let model = try DecoderModel<Double>(reading: ModelFolder(path: place.path))
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: place.appendingPathComponent("expected.json")))
    return (model, expected)
  }

  /// Both compute in double precision. In transformers, the embedding scale and the rotary tables are in single
  /// precision: relative steps of 6e-8, which grow tenfold through two layers.
  static let tolerance = 2e-6

  @Test(arguments: ["llama", "qwen2", "gemma3"])
  func `log-probabilities, entropies and gradients agree`(family: String) throws {
    let (model, expected) = try Self.load(family)
    let pass = DecoderPass<Double>(model.configuration, positions: 16)
    let batch = PackedBatch(
      expected.sequences.map { ([$0.tokens[0]], Array($0.tokens.dropFirst())) })
    pass.forward(batch, weights: model.weights)
    let found = pass.logProbabilities(weights: model.weights, inverseTemperature: 1)
    let logarithms = expected.sequences.flatMap(\.logProbabilities)
    for (a, b) in zip(found.logProbabilities, logarithms) { #expect(abs(a - b) <= Self.tolerance) }
    for (a, b) in zip(found.entropies, expected.sequences.flatMap(\.entropies)) {
      #expect(abs(a - b) <= Self.tolerance)
    }
    let gradients = TensorSet<Double>(model.layout)
    let weights = expected.sequences.flatMap(\.weights)
    pass.backward(
      weights: model.weights, gradients: gradients, inverseTemperature: 1, tokenWeights: weights,
      entropyWeights: weights.map { $0 / 2 })
    for (index, slot) in model.layout.slots.enumerated() {
      let values = gradients[index].values
      let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let sum = values.enumerated().reduce(0) { $0 + $1.element * sin(Double($1.offset)) }
      let expectedNorm = try #require(expected.gradientNorms[slot.name])
      let expectedSum = try #require(expected.gradientSums[slot.name])
      #expect(abs(norm - expectedNorm) <= 10 * Self.tolerance * max(1, expectedNorm))
      #expect(abs(sum - expectedSum) <= 10 * Self.tolerance * max(1, expectedNorm))
    }
  }

  @Test(arguments: ["llama", "qwen2", "gemma3"])
  func `a model that was written reads back`(family: String) throws {
    let (model, _) = try Self.load(family)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("decoder-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try model.configurationText(endToken: 0, paddingToken: nil).write(
      to: folder.appendingPathComponent("config.json"), atomically: true, encoding: .utf8)
    try SafetensorsWriter.write(
      model.entries, metadata: ["format": "pt"],
      to: folder.appendingPathComponent("model.safetensors").path)
    let again = try DecoderModel<Double>(reading: ModelFolder(path: folder.path))
    #expect(again.configuration == model.configuration)
    for slot in model.layout.slots.indices {
      #expect(again.weights[slot].values == model.weights[slot].values)
    }
  }

  @Test func `an architecture that is not known is refused`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("decoder-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(at: Self.folder.appendingPathComponent("llama"), to: folder)
    try #"{"model_type": "bert"}"#.write(
      to: folder.appendingPathComponent("config.json"), atomically: true, encoding: .utf8)
    #expect(throws: CheckpointError.self) {
      _ = try DecoderModel<Float>(reading: ModelFolder(path: folder.path))
    }
  }
}
