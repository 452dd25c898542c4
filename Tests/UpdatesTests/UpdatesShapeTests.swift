import Adapters
import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// Files whose shapes contradict each other, or are empty.
@Suite("Updates of shapes that do not fit") struct UpdatesShapeTests {
  private let bench: UpdatesWorkbench
  private var generator = SplitMix64(seed: 31)

  init() throws { bench = try UpdatesWorkbench() }

  private mutating func run(
    start: (rows: Int, columns: Int, rank: Int), end: (rows: Int, columns: Int, rank: Int)
  ) throws -> Run {
    for (step, shape) in [(0, start), (5, end)] {
      _ = try bench.adapter(
        "run/checkpoint-\(step)",
        configuration: #""r": \#(shape.rank), "lora_alpha": 2, "init_lora_weights": true"#,
        [
          "layers.0.q_proj.lora_A.weight": generator.matrix(shape.rank, shape.columns),
          "layers.0.q_proj.lora_B.weight": generator.matrix(shape.rows, shape.rank),
        ])
    }
    return try Discovery.runs(at: bench.path("run"))[0]
  }

  @Test(arguments: [(8, 5), (7, 6), (6, 8)])
  mutating func `a step 0 of another shape is refused, with and without a base`(
    rows: Int, columns: Int
  ) throws {
    let run = try run(start: (rows, columns, 2), end: (8, 6, 2))
    let base = try bench.model("base", ["layers.0.q_proj.weight": generator.matrix(8, 6)])
    for base in [base, nil] {
      #expect(
        throws: AdapterError.startShape(
          module: "layers.0.q_proj", start: MatrixShape(rows: rows, columns: columns),
          update: MatrixShape(rows: 8, columns: 6))
      ) { try CheckpointUpdates(of: run.checkpoints[1], in: run, base: base) }
    }
  }

  @Test mutating func `IA3 on the inputs of a convolution with groups is refused by name`() throws {
    let weight = SafetensorsWriter.Entry(
      name: "conv.weight", shape: [6, 2, 2, 2], values: generator.matrix(6, 8).values)
    let base = try bench.model("base", entries: [weight])
    let path = bench.path("ia3")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try SafetensorsWriter.write(
      [
        SafetensorsWriter.Entry(
          name: "base_model.model.conv.ia3_l", shape: [1, 4, 1, 1], values: [2, 1, 1, 1])
      ], to: "\(path)/adapter_model.safetensors")
    try Data(#"{"peft_type": "IA3", "feedforward_modules": ["conv"]}"#.utf8)
      .write(to: URL(fileURLWithPath: "\(path)/adapter_config.json"))
    let error = AdapterError.groupedScaling(module: "conv", groups: 2)
    #expect(throws: error) { try CheckpointUpdates(of: AdapterFolder(path: path), base: base) }
    #expect(error.description.contains("merge_and_unload"))
  }

  @Test mutating func `a step 0 of another rank is subtracted`() throws {
    let run = try run(start: (8, 6, 3), end: (8, 6, 2))
    let updates = try CheckpointUpdates(of: run.checkpoints[1], in: run, base: nil)
    #expect(try #require(updates.modules.first).matrix().rows == 8)
  }

  @Test mutating func `a vocabulary that was cut to nothing is a finding and an update of zero`()
    throws
  {
    let base = try bench.model("base", ["model.embed_tokens.weight": generator.matrix(6, 4)])
    _ = try bench.model("run", ["model.embed_tokens.weight": Matrix(rows: 0, columns: 4)])
    let run = try Discovery.runs(at: bench.path("run"))[0]
    let updates = try CheckpointUpdates(of: run.checkpoints[0], in: run, base: base)
    #expect(
      updates.findings
        == [.vocabularyResized(module: "model.embed_tokens", base: 6, checkpoint: 0)])
    let module = try #require(updates.modules.first)
    #expect(module.rows == 0 && module.columns == 4)
    #expect(try module.matrix().values.isEmpty)
  }

  @Test mutating func `an expert whose gate and up projections differ in width is refused`() throws
  {
    let base = try bench.model(
      "base",
      [
        "layers.0.mlp.experts.0.gate_proj.weight": generator.matrix(5, 4),
        "layers.0.mlp.experts.0.up_proj.weight": generator.matrix(5, 3),
      ])
    let adapter = try bench.adapter(
      "adapter",
      configuration: #""r": 2, "lora_alpha": 2, "target_parameters": ["experts.gate_up_proj"]"#,
      [
        "layers.0.mlp.experts.lora_A.weight": generator.matrix(2, 4),
        "layers.0.mlp.experts.lora_B.weight": generator.matrix(10, 2),
      ])
    #expect(
      throws: UpdateError.unevenExpert(
        tensors: [
          "layers.0.mlp.experts.0.gate_proj.weight", "layers.0.mlp.experts.0.up_proj.weight",
        ], widths: [4, 3])
    ) { try CheckpointUpdates(of: adapter, base: base) }
  }
}
