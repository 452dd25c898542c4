import Adapters
import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// Adapters of other trainers than PEFT, and keys that PEFT's own tools leave in raw state dictionaries.
@Suite("Adapters of other trainers") struct ForeignAdapterTests {
  private let bench: UpdatesWorkbench
  private let down: Matrix
  private let up: Matrix

  init() throws {
    var generator = SplitMix64(seed: 61)
    bench = try UpdatesWorkbench()
    down = generator.matrix(2, 8)
    up = generator.matrix(6, 2)
  }

  private func file(
    _ name: String, _ tensors: [(String, [Int], [Double])], metadata: [String: String] = [:]
  ) throws -> AdapterFolder {
    let path = try bench.file(name, tensors, metadata: metadata)
    let run = try Discovery.runs(at: path)[0]
    #expect(run.checkpoints.map(\.contents) == [.adapter])
    return try AdapterFolder(path: path)
  }

  private func isClose(_ update: ModuleUpdate?, _ expected: Matrix) throws -> Bool {
    // Tolerance: the files hold single precision.
    try #require(update).matrix().isClose(to: expected)
  }

  // MARK: kohya-ss, LyCORIS, diffusers

  @Test(arguments: ["lora_down.weight lora_up.weight", "lora.down.weight lora.up.weight"])
  func `a LoRA of kohya-ss has its alpha beside the tensors`(names: String) throws {
    let parts = names.split(separator: " ").map(String.init)
    let module = "lora_unet_down_blocks_0_attn1_to_q"
    let folder = try file(
      "style.safetensors",
      [
        ("\(module).\(parts[0])", [2, 8], down.values),
        ("\(module).\(parts[1])", [6, 2], up.values),
        ("\(module).alpha", [], [1]),
      ])
    let updates = try CheckpointUpdates(of: folder, base: nil)
    #expect(updates.modules.map(\.module) == [module])
    #expect(try isClose(updates.modules.first, 0.5 * (up * down)))
  }

  @Test func `the flattened names of kohya-ss are those of the base`() throws {
    let folder = try file(
      "style.safetensors",
      [
        ("lora_te_text_model_layers_0_self_attn_q_proj.lora_down.weight", [2, 8], down.values),
        ("lora_te_text_model_layers_0_self_attn_q_proj.lora_up.weight", [6, 2], up.values),
      ])
    let name = "text_model.layers.0.self_attn.q_proj"
    let base = try bench.model("clip", ["\(name).weight": up * down])
    let updates = try CheckpointUpdates(of: folder, base: base)
    #expect(updates.modules.map(\.module) == [name])
    #expect(try isClose(updates.modules.first, up * down))
  }

  @Test func `a convolution of kohya-ss is one matrix`() throws {
    let module = "lora_unet_conv"
    let folder = try file(
      "style.safetensors",
      [
        ("\(module).lora_down.weight", [2, 2, 2, 2], down.values),
        ("\(module).lora_up.weight", [6, 2, 1, 1], up.values),
      ])
    let updates = try CheckpointUpdates(of: folder, base: nil)
    #expect(try isClose(updates.modules.first, up * down))
  }

  @Test func `a file of diffusers takes its alpha from the metadata`() throws {
    let module = "transformer.blocks.0.attn.to_q"
    let folder = try file(
      "pytorch_lora_weights.safetensors",
      [
        ("\(module).lora_A.weight", [2, 8], down.values),
        ("\(module).lora_B.weight", [6, 2], up.values),
      ],
      metadata: ["lora_adapter_metadata": #"{"transformer.r": 2, "transformer.lora_alpha": 6}"#])
    let updates = try CheckpointUpdates(of: folder, base: nil)
    #expect(try isClose(updates.modules.first, 3 * (up * down)))
  }

  @Test func `a difference that LyCORIS saves is the update`() throws {
    let folder = try file(
      "full.safetensors",
      [
        ("lora_unet_a.diff", [6, 8], (up * down).values),
        ("lora_unet_b.lora_down.weight", [2, 8], down.values),
        ("lora_unet_b.lora_up.weight", [6, 2], up.values),
      ])
    let updates = try CheckpointUpdates(of: folder, base: nil)
    #expect(updates.modules.map(\.module) == ["lora_unet_a", "lora_unet_b"])
    for module in updates.modules { #expect(try isClose(module, up * down)) }
  }

  // MARK: mlx-lm

  @Test func `factors of mlx-lm are transposed and its scale is the factor itself`() throws {
    let folder = bench.path("mlx")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(
      #"{"fine_tune_type": "lora", "lora_parameters": {"rank": 2, "scale": 20.0}}"#.utf8
    ).write(to: URL(fileURLWithPath: "\(folder)/adapter_config.json"))
    let module = "model.layers.0.self_attn.q_proj"
    try SafetensorsWriter.write(
      [
        SafetensorsWriter.Entry(
          name: "\(module).lora_a", shape: [8, 2], values: down.transposed().values),
        SafetensorsWriter.Entry(
          name: "\(module).lora_b", shape: [2, 6], values: up.transposed().values),
      ], to: "\(folder)/adapters.safetensors")
    let updates = try CheckpointUpdates(of: AdapterFolder(path: folder), base: nil)
    #expect(updates.modules.first?.resolved?.scale == 20)
    #expect(try isClose(updates.modules.first, 20 * (up * down)))
  }

  // MARK: torchtune

  /// An adapter under torchtune's names: of a square projection of queries, and of others.
  private func torchtune(_ others: [(String, [Int], [Double])] = []) throws -> String {
    var generator = SplitMix64(seed: 3)
    let name = "tune-\(others.count)"
    let folder = bench.path(name)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(#"{"peft_type": "LORA", "r": 2, "lora_alpha": 6}"#.utf8)
      .write(to: URL(fileURLWithPath: "\(folder)/adapter_config.json"))
    let factor = generator.matrix(8, 2)
    let tensors = [
      ("layers.0.attn.q_proj.lora_a.weight", [2, 8], down.values),
      ("layers.0.attn.q_proj.lora_b.weight", [8, 2], factor.values),
    ]
    try SafetensorsWriter.write(
      (tensors + others).map {
        SafetensorsWriter.Entry(name: $0.0, shape: $0.1, values: $0.2)
      }, to: "\(folder)/adapter_0.pt")
    return "\(folder)/adapter_0.pt"
  }

  private func base(_ type: String, _ modules: [String]) throws -> ModelFolder {
    var generator = SplitMix64(seed: 4)
    return try bench.model(
      type, configuration: #"{"model_type": "\#(type)", "num_attention_heads": 2}"#,
      entries: modules.map {
        SafetensorsWriter.Entry(
          name: "\($0).weight", shape: [8, 8], values: generator.matrix(8, 8).values)
      })
  }

  @Test(arguments: ["llama", "qwen2"])
  func `torchtune stores queries of Llama in another order, those of Qwen2 do not change`(
    type: String
  ) throws {
    let path = try torchtune()
    #expect(try Discovery.runs(at: path)[0].checkpoints.map(\.contents) == [.adapter])
    let module = "model.layers.0.self_attn.q_proj"
    let updates = try CheckpointUpdates(
      of: AdapterFolder(path: path), base: base(type, [module]))
    var generator = SplitMix64(seed: 3)
    let factor = generator.matrix(8, 2)
    // In each of two heads of four rows, the rows of the two halves alternate.
    let order = type == "llama" ? [0, 2, 1, 3, 4, 6, 5, 7] : Array(0..<8)
    let expected = Matrix(
      rows: 8, columns: 2, values: order.flatMap { Array(factor.rowSlice($0..<$0 + 1).values) })
    #expect(updates.modules.map(\.module) == [module])
    #expect(try isClose(updates.modules.first, 3 * (expected * down)))
  }

  @Test func `every module that torchtune adapts has its name of transformers`() throws {
    let names = [
      "layers.0.attn.k_proj": "model.layers.0.self_attn.k_proj",
      "layers.0.attn.v_proj": "model.layers.0.self_attn.v_proj",
      "layers.0.attn.output_proj": "model.layers.0.self_attn.o_proj",
      "layers.11.mlp.w1": "model.layers.11.mlp.gate_proj",
      "layers.11.mlp.w2": "model.layers.11.mlp.down_proj",
      "layers.11.mlp.w3": "model.layers.11.mlp.up_proj", "output": "lm_head",
    ]
    let path = try torchtune(
      names.keys.flatMap {
        [
          ("\($0).lora_a.weight", [2, 8], down.values),
          ("\($0).lora_b.weight", [8, 2], [Double](repeating: 1, count: 16)),
        ]
      })
    let all = names.values + ["model.layers.0.self_attn.q_proj"]
    let updates = try CheckpointUpdates(
      of: AdapterFolder(path: path), base: base("mistral", Array(all)))
    #expect(updates.modules.map(\.module) == all.sorted())
  }

  @Test func `what torchtune's own conversion does not know is refused`() throws {
    let path = try torchtune([("decoder.layers.0.attn.q_proj.lora_a.weight", [2, 8], down.values)])
    let error = #expect(throws: CheckpointError.self) { try AdapterFolder(path: path) }
    #expect(
      "\(try #require(error))".contains(
        "'decoder.layers.0.attn.q_proj.lora_a.weight' is no name of a LoRA of torchtune"))
    let known = try torchtune()
    let folder = try AdapterFolder(path: known)
    #expect(throws: CheckpointError.self) {
      try CheckpointUpdates(
        of: folder, base: base("phi3", ["model.layers.0.self_attn.q_proj"]))
    }
    try FileManager.default.removeItem(
      atPath: bench.path("tune-0") + "/adapter_config.json")
    let missing = #expect(throws: CheckpointError.self) { try AdapterFolder(path: known) }
    #expect("\(try #require(missing))".contains("\"lora_alpha\": ALPHA"))
  }

  // MARK: Raw state dictionaries of PEFT

  @Test(arguments: [
    "lora_A.sft.weight lora_B.sft.weight", "lora_A.default_0.weight lora_B.default_0.weight",
  ])
  func `the name of an adapter in its keys is no part of a module`(names: String) throws {
    let parts = names.split(separator: " ")
    let module = "model.layers.0._fsdp_wrapped_module.q_proj"
    let folder = try bench.adapter(
      "named", configuration: #""r": 2, "lora_alpha": 4"#,
      ["\(module).\(parts[0])": down, "\(module).\(parts[1])": up])
    let updates = try CheckpointUpdates(of: folder, base: nil)
    #expect(updates.modules.map(\.module) == ["model.layers.0.q_proj"])
    #expect(try isClose(updates.modules.first, 2 * (up * down)))
  }

  @Test func `adapters of two names in one file are refused`() throws {
    let folder = try bench.adapter(
      "two", configuration: #""r": 2, "lora_alpha": 4"#,
      [
        "q_proj.lora_A.sft.weight": down, "q_proj.lora_B.sft.weight": up,
        "q_proj.lora_A.dpo.weight": down, "q_proj.lora_B.dpo.weight": up,
      ])
    #expect(throws: UpdateError.severalAdapters(names: ["dpo", "sft"])) {
      try CheckpointUpdates(of: folder, base: nil)
    }
  }

  @Test func `an adapter beside PEFT's default one is refused too`() throws {
    let factors = try bench.adapter(
      "default", configuration: #""r": 2, "lora_alpha": 4"#,
      [
        "q_proj.lora_A.default.weight": down, "q_proj.lora_B.default.weight": up,
        "q_proj.lora_A.sft.weight": down, "q_proj.lora_B.sft.weight": up,
      ])
    let heads = try bench.adapter(
      "heads", configuration: #""r": 2, "lora_alpha": 4"#,
      [
        "q_proj.lora_A.weight": down, "q_proj.lora_B.weight": up,
        "score.modules_to_save.default.weight": down, "score.modules_to_save.sft.weight": up,
      ])
    for folder in [factors, heads] {
      #expect(throws: UpdateError.severalAdapters(names: ["default", "sft"])) {
        try CheckpointUpdates(of: folder, base: nil)
      }
    }
  }

  @Test func `the head of a task need not be listed in modules_to_save`() throws {
    let folder = try bench.adapter(
      "classifier", configuration: #""r": 2, "lora_alpha": 4, "task_type": "SEQ_CLS""#,
      [
        "q_proj.lora_A.weight": down, "q_proj.lora_B.weight": up, "classifier.weight": down,
        "classifier.bias": Matrix(rows: 1, columns: 2, repeating: 1),
      ])
    let base = try bench.model("base", ["q_proj.weight": up * down])
    let updates = try CheckpointUpdates(of: folder, base: base)
    #expect(updates.findings.contains(.new(tensors: ["classifier.bias", "classifier.weight"])))
  }

  // MARK: Layout

  @Test(arguments: [
    (#"{"model_type": "llama"}"#, "q_proj", false), (#"{"model_type": "gpt2"}"#, "c_proj", true),
    (
      #"{"model_type": "vision-encoder-decoder", "decoder": {"model_type": "gpt2"}}"#, "c_proj",
      true
    ),
    (
      #"{"model_type": "vision-encoder-decoder", "decoder": {"model_type": "gpt2"}}"#, "query",
      false
    ),
    (#"{"model_type": "gpt_bigcode"}"#, "c_proj", false),
  ])
  func `the module decides about the layout, not fan_in_fan_out`(
    configuration: String, module: String, isTransposed: Bool
  ) throws {
    var generator = SplitMix64(seed: 62)
    let (down, up) = (generator.matrix(2, 8), generator.matrix(8, 2))
    let base = try bench.model(
      "base", configuration: configuration, ["h.0.\(module).weight": generator.matrix(8, 8)])
    for flag in [true, false] {
      let folder = try bench.adapter(
        "flag", configuration: "\"r\": 2, \"lora_alpha\": 2, \"fan_in_fan_out\": \(flag)",
        ["h.0.\(module).lora_A.weight": down, "h.0.\(module).lora_B.weight": up])
      let updates = try CheckpointUpdates(of: folder, base: base)
      let product = up * down
      #expect(try isClose(updates.modules.first, isTransposed ? product.transposed() : product))
    }
  }
}

extension Matrix {
  func isClose(to other: Matrix) -> Bool {
    (rows, columns) == (other.rows, other.columns)
      && (self - other).frobeniusNorm() <= 1e-6 * other.frobeniusNorm()
  }
}
