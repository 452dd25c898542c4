import Foundation
import Testing

/// NaN or infinity in a tensor that is no matrix of the analysis.
@Suite("Tensors that are not finite reach the verdict") struct NonFiniteTensorsTests {
  private typealias Tensors = [(name: String, shape: [Int], value: Float)]
  private static let up = "model.layers.0.mlp.up_proj"

  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try model("base", Self.weights(1))
  }

  private static func weights(_ value: Float) -> Tensors {
    [
      (name: "\(up).weight", shape: [6, 4], value: value),
      (name: "model.layers.0.mlp.down_proj.weight", shape: [4, 6], value: value),
      (name: "model.layers.0.mlp.up_proj.bias", shape: [6], value: value),
      (name: "model.norm.weight", shape: [4], value: value),
      (name: "model.embed_tokens.weight", shape: [8, 4], value: value),
    ]
  }

  private func model(_ path: String, _ tensors: Tensors) throws {
    try scratch.write("\(path)/model.safetensors", HandWrittenTensors.file(tensors))
    try scratch.write("\(path)/config.json", text: #"{"model_type": "llama"}"#)
  }

  private func adapter(_ path: String, _ fields: String, _ tensors: Tensors) throws {
    try scratch.write(
      "\(path)/adapter_config.json", text: "{\"r\": 2, \"lora_alpha\": 4, \(fields)}")
    try scratch.write(
      "\(path)/adapter_model.safetensors",
      HandWrittenTensors.file(tensors.map { ("base_model.model.\($0.name)", $0.shape, $0.value) }))
  }

  private func expectVerdict(
    naming tensor: String, _ options: [String] = ["--base", "base"],
    _ location: SourceLocation = #_sourceLocation
  ) async throws {
    let outcome = try await scratch.run(
      ["analyze", "run", "--out", "out", "--fail-on", "non-finite"] + options)
    #expect(outcome.status == 1, "\(outcome.standardError)", sourceLocation: location)
    #expect(outcome.standardOutput.contains("NaN or infinity"), sourceLocation: location)
    let summary = try String(contentsOf: scratch.url("out/summary.json"), encoding: .utf8)
    let list = try #require(
      summary.split(separator: "\"non_finite_modules\" : [").dropFirst().first)
    #expect(list.prefix { $0 != "]" }.contains("\"\(tensor)\""), sourceLocation: location)
    #expect(!summary.contains("No sign"), sourceLocation: location)
  }

  @Test(arguments: [
    ("model.norm.weight", Float.nan), ("model.norm.weight", .infinity),
    ("model.layers.0.mlp.up_proj.bias", -.infinity),
  ])
  func `in a vector of a model`(name: String, value: Float) async throws {
    try model("run", Self.weights(1.5).map { $0.name == name ? ($0.name, $0.shape, value) : $0 })
    try await expectVerdict(naming: name)
    let table = try String(contentsOf: scratch.url("out/vectors.csv"), encoding: .utf8)
    #expect(!table.lowercased().contains("nan") && !table.contains("inf"))
  }

  @Test func `in a tensor that the base has not`() async throws {
    try model("run", Self.weights(1.5) + [(name: "score.weight", shape: [2, 4], value: .nan)])
    try await expectVerdict(naming: "score.weight")
    let summary = try String(contentsOf: scratch.url("out/summary.json"), encoding: .utf8)
    #expect(summary.contains("'score.weight' holds 8 values that are NaN or infinite"))
  }

  @Test func `in rows beyond those of the base`() async throws {
    let embedding = (name: "model.embed_tokens.weight", shape: [8, 4], value: Float(1.5))
    let rest = Self.weights(1.5).dropLast()
    // The same numbers, and a row more of which the last number is NaN.
    var bytes = HandWrittenTensors.file(rest + [(embedding.name, [9, 4], embedding.value)])
    bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
    try model("run", Self.weights(1.5))
    try scratch.write("run/model.safetensors", bytes)
    try await expectVerdict(naming: embedding.name)
  }

  @Test func `in a tensor of another shape than that of the base`() async throws {
    let weights = Self.weights(1.5).dropFirst()
    try model("run", weights + [(name: "\(Self.up).weight", shape: [5, 4], value: .nan)])
    try await expectVerdict(naming: "\(Self.up).weight")
  }

  @Test func `in a step before the last`() async throws {
    try model(
      "run/checkpoint-1",
      Self.weights(1.5).map { $0.shape.count == 1 ? ($0.name, $0.shape, .nan) : $0 })
    try model("run/checkpoint-2", Self.weights(2))
    try await expectVerdict(naming: "model.norm.weight")
    let summary = try String(contentsOf: scratch.url("out/summary.json"), encoding: .utf8)
    #expect(summary.contains("2 tensors hold NaN or infinity at step 1: "))
    #expect(summary.contains("At step 2, the last, none does."))
  }

  @Test func `in the matrix of a step before the last`() async throws {
    try model(
      "run/checkpoint-1",
      Self.weights(1.5).map { $0.name.hasPrefix(Self.up) ? ($0.name, $0.shape, .nan) : $0 }
        .filter { $0.shape.count > 1 })
    try model("run/checkpoint-2", Self.weights(2))
    try await expectVerdict(naming: Self.up)
  }

  @Test func `not if only the last step is analysed and is whole`() async throws {
    try model("run/checkpoint-1", Self.weights(.nan))
    try model("run/checkpoint-2", Self.weights(2))
    let outcome = try await scratch.run(
      "analyze", "run", "--base", "base", "--steps", "last", "--out", "out", "--fail-on",
      "non-finite")
    #expect(outcome.status == 0, "\(outcome.standardError)")
  }

  private static let factors: Tensors = [
    (name: "\(up).lora_A.weight", shape: [2, 4], value: 1),
    (name: "\(up).lora_B.weight", shape: [6, 2], value: 1),
  ]

  @Test(arguments: [["--base", "base"], ["--no-base"]])
  func `in a module that an adapter saves whole`(options: [String]) async throws {
    try adapter(
      "run", #""peft_type": "LORA", "modules_to_save": ["norm"]"#,
      Self.factors + [(name: "model.norm.weight", shape: [4], value: .nan)])
    try await expectVerdict(naming: "model.norm.weight", options)
  }

  @Test func `in a factor whose other one is zero`() async throws {
    try adapter(
      "run", #""peft_type": "LORA""#,
      [
        (name: "\(Self.up).lora_A.weight", shape: [2, 4], value: .nan),
        (name: "\(Self.up).lora_B.weight", shape: [6, 2], value: 0),
      ])
    try await expectVerdict(naming: Self.up)
  }

  @Test func `in the magnitudes of DoRA`() async throws {
    try adapter(
      "run", #""peft_type": "LORA", "use_dora": true"#,
      Self.factors + [(name: "\(Self.up).lora_magnitude_vector.weight", shape: [6], value: .nan)])
    try await expectVerdict(naming: Self.up)
  }

  @Test func `in the singular values of AdaLoRA`() async throws {
    let triplets: Tensors = [
      (name: "\(Self.up).lora_A", shape: [2, 4], value: 1),
      (name: "\(Self.up).lora_B", shape: [6, 2], value: 1),
      (name: "\(Self.up).lora_E", shape: [2, 1], value: .nan),
    ]
    try adapter(
      "run", #""peft_type": "ADALORA", "init_r": 2, "target_r": 2"#, triplets)
    try await expectVerdict(naming: Self.up)
  }

  @Test func `in the rows of trained tokens`() async throws {
    let name = "model.embed_tokens"
    try adapter(
      "run", #""peft_type": "LORA", "trainable_token_indices": [3]"#,
      Self.factors + [
        (name: "\(name).token_adapter.trainable_tokens_delta", shape: [1, 4], value: .nan)
      ])
    try await expectVerdict(naming: name)
  }

  @Test func `in a head that the adapter made for its task`() async throws {
    try adapter(
      "run", #""peft_type": "LORA", "modules_to_save": ["score"]"#,
      Self.factors + [(name: "score.weight", shape: [2, 4], value: .infinity)])
    try await expectVerdict(naming: "score.weight")
  }
}
