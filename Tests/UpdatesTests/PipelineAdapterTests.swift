import Adapters
import Checkpoints
import LinearAlgebra
import Testing
import Updates

/// Forms of adapters that only LyCORIS has, and the metadata of diffusers.
@Suite("Adapters of LyCORIS and of pipelines") struct PipelineAdapterTests {
  private let bench: UpdatesWorkbench
  private let down: Matrix
  private let up: Matrix

  init() throws {
    var generator = SplitMix64(seed: 63)
    bench = try UpdatesWorkbench()
    down = generator.matrix(2, 8)
    up = generator.matrix(6, 2)
  }

  private func file(
    _ name: String, _ tensors: [(String, [Int], [Double])], metadata: [String: String] = [:]
  ) throws -> AdapterFolder {
    try AdapterFolder(path: bench.file(name, tensors, metadata: metadata))
  }

  private func isClose(_ update: ModuleUpdate?, _ expected: Matrix) throws -> Bool {
    // Tolerance: the files hold single precision.
    try #require(update).matrix().isClose(to: expected)
  }

  // MARK: LyCORIS

  private func kronecker(_ left: Matrix, _ right: Matrix) -> Matrix {
    var product = Matrix(rows: left.rows * right.rows, columns: left.columns * right.columns)
    for row in 0..<product.rows {
      for column in 0..<product.columns {
        let factor = left[row / right.rows, column / right.columns]
        product[row, column] = factor * right[row % right.rows, column % right.columns]
      }
    }
    return product
  }

  /// The second is that of a convolution in one dimension, which PEFT's own LoKr multiplies in another order.
  @Test(arguments: [[2, 8], [2, 4, 2]])
  func `a LoKr of two whole matrices has the scale 1, whatever its alpha`(shape: [Int]) throws {
    let first = Matrix(rows: 3, columns: 2, values: [1, -2, 3, 0.5, 2, -1])
    let folder = try file(
      "kron.safetensors",
      [
        ("lora_unet_a.lokr_w1", [3, 2], first.values), ("lora_unet_a.lokr_w2", shape, down.values),
        ("lora_unet_a.alpha", [], [10_000]),
      ])
    let updates = try CheckpointUpdates(of: folder, base: nil)
    #expect(updates.modules.first?.resolved?.scale == 1)
    #expect(try isClose(updates.modules.first, kronecker(first, down)))
  }

  @Test func `a LoHa without alpha has the scale 1`() throws {
    let folder = try file(
      "hada.safetensors",
      [
        ("lora_unet_a.hada_w1_a", [6, 2], up.values),
        ("lora_unet_a.hada_w1_b", [2, 8], down.values),
        ("lora_unet_a.hada_w2_a", [6, 2], up.values),
        ("lora_unet_a.hada_w2_b", [2, 8], down.values),
      ])
    let updates = try CheckpointUpdates(of: folder, base: nil)
    let product = up * down
    let squares = Matrix(rows: 6, columns: 8, values: product.values.map { $0 * $0 })
    #expect(try isClose(updates.modules.first, squares))
  }

  @Test func `the core of a convolution of LyCORIS is a part of its input factor`() throws {
    let core: [Double] = [1, -2, 0.5, 3, 2, 1, -1, 4]
    let inputs = Matrix(rows: 2, columns: 4, values: Array(down.values.prefix(8)))
    let folder = try file(
      "tucker.safetensors",
      [
        ("lora_unet_a.lora_down.weight", [2, 4, 1, 1], inputs.values),
        ("lora_unet_a.lora_mid.weight", [2, 2, 1, 2], core),
        ("lora_unet_a.lora_up.weight", [6, 2, 1, 1], up.values),
        ("lora_unet_a.alpha", [], [1]),
      ])
    var factor = Matrix(rows: 2, columns: 8)
    for i in 0..<2 {
      for column in 0..<8 {
        for j in 0..<2 {
          factor[i, column] += core[4 * i + 2 * j + column % 2] * inputs[j, column / 2]
        }
      }
    }
    let updates = try CheckpointUpdates(of: folder, base: nil)
    #expect(updates.findings.isEmpty)
    #expect(try isClose(updates.modules.first, 0.5 * (up * factor)))
  }

  @Test func `a difference of the gain of a norm is the change of a vector`() throws {
    let (norm, query) = ("text_model.layers.0.layer_norm1", "text_model.layers.0.self_attn.q_proj")
    let folder = try file(
      "norms.safetensors",
      [
        ("lora_te_text_model_layers_0_layer_norm1.diff", [4], [1, 2, -3, 4]),
        ("lora_te_text_model_layers_0_self_attn_q_proj.lora_down.weight", [2, 8], down.values),
        ("lora_te_text_model_layers_0_self_attn_q_proj.lora_up.weight", [6, 2], up.values),
      ])
    let gain = Matrix(rows: 1, columns: 4, repeating: 1)
    let base = try bench.model("clip", ["\(norm).weight": gain, "\(query).weight": up * down])
    let updates = try CheckpointUpdates(of: folder, base: base)
    #expect(updates.modules.map(\.module) == [query])
    #expect(updates.vectors.map(\.name) == ["\(norm).weight"])
    #expect(try updates.vectors.first?.change() == [1, 2, -3, 4])
    #expect(throws: AdapterError.self) { try CheckpointUpdates(of: folder, base: nil) }
  }

  // MARK: diffusers

  @Test func `each part of a pipeline of diffusers has its own alpha`() throws {
    let modules = [
      "text_encoder.layers.0.k_proj", "text_encoder.layers.0.q_proj", "unet.mid.to_q",
    ]
    let names = [
      ("lora_linear_layer.down.weight", "lora_linear_layer.up.weight"),
      ("lora_A.weight", "lora_B.weight"), ("lora.down.weight", "lora.up.weight"),
    ]
    var tensors: [(String, [Int], [Double])] = []
    for (module, name) in zip(modules, names) {
      tensors.append(("\(module).\(name.0)", [2, 8], down.values))
      tensors.append(("\(module).\(name.1)", [6, 2], up.values))
    }
    let folder = try file(
      "pytorch_lora_weights.safetensors", tensors,
      metadata: [
        "lora_adapter_metadata": #"{"unet.r": 2, "unet.lora_alpha": 6, "unet.alpha_pattern": {}, "#
          + #""text_encoder.r": 2, "text_encoder.lora_alpha": 1, "#
          + #""text_encoder.alpha_pattern": {"k_proj": 4}}"#
      ])
    let updates = try CheckpointUpdates(of: folder, base: nil)
    #expect(updates.modules.map(\.module) == modules)
    #expect(updates.modules.map { $0.resolved?.scale } == [2, 0.5, 3])
    #expect(updates.findings.isEmpty)
    for (module, scale) in zip(updates.modules, [2, 0.5, 3]) {
      #expect(try isClose(module, scale * (up * down)))
    }
  }

  @Test(arguments: [
    ("?", "no valid JSON at byte 0"),
    (
      #"{"unet.use_rslora": true, "text_encoder.use_rslora": false}"#,
      "'unet' and 'text_encoder' differ in 'use_rslora'"
    ),
  ])
  func `metadata of diffusers that is not understood is refused`(
    text: String, words: String
  ) throws {
    let path = try bench.file(
      "pytorch_lora_weights.safetensors", [("unet.a.lora_A.weight", [2, 8], down.values)],
      metadata: ["lora_adapter_metadata": text])
    let error = #expect(throws: CheckpointError.self) { try AdapterFolder(path: path) }
    #expect("\(try #require(error))".contains(words))
  }
}
