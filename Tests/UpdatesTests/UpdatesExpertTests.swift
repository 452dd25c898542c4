import Adapters
import Checkpoints
import LinearAlgebra
import Testing
import Updates

/// Experts that the base stores stacked and the checkpoint one at a time, and the other way round.
@Suite("Experts stored in two ways") struct UpdatesExpertTests {
  private let bench: UpdatesWorkbench
  /// Two experts: gate, up (5 × 8) and down (8 × 5), before and after.
  private let gates: [Matrix]
  private let ups: [Matrix]
  private let downs: [Matrix]
  private let change: Matrix

  init() throws {
    var generator = SplitMix64(seed: 51)
    bench = try UpdatesWorkbench()
    gates = (0..<2).map { _ in generator.matrix(5, 8) }
    ups = (0..<2).map { _ in generator.matrix(5, 8) }
    downs = (0..<2).map { _ in generator.matrix(8, 5) }
    change = generator.matrix(5, 8)
  }

  /// - Parameter gate: Added to the gate of the second expert.
  private func stacked(_ name: String, adding gate: Matrix? = nil) throws -> ModelFolder {
    let second = gate.map { gates[1] + $0 } ?? gates[1]
    return try bench.model(
      name,
      entries: [
        SafetensorsWriter.Entry(
          name: "model.layers.0.mlp.experts.gate_up_proj", shape: [2, 10, 8],
          values: gates[0].values + ups[0].values + second.values + ups[1].values),
        SafetensorsWriter.Entry(
          name: "model.layers.0.mlp.experts.down_proj", shape: [2, 8, 5],
          values: downs[0].values + downs[1].values),
      ])
  }

  private func separate(
    _ name: String, parts: [String], owner: String = "mlp", adding gate: Matrix? = nil
  ) throws -> ModelFolder {
    var entries: [SafetensorsWriter.Entry] = []
    for expert in 0..<2 {
      let own = expert == 1 ? gate.map { gates[1] + $0 } ?? gates[1] : gates[expert]
      for (part, matrix) in zip(parts, [own, ups[expert], downs[expert]]) {
        entries.append(
          SafetensorsWriter.Entry(
            name: "model.layers.0.\(owner).experts.\(expert).\(part).weight",
            shape: [matrix.rows, matrix.columns], values: matrix.values))
      }
    }
    return try bench.model(name, entries: entries)
  }

  private func updates(_ tuned: ModelFolder, base: ModelFolder) throws -> CheckpointUpdates {
    try CheckpointUpdates(of: Checkpoint(step: 1, path: tuned.path, contents: .model), base: base)
  }

  @Test(arguments: [["gate_proj", "up_proj", "down_proj"], ["w1", "w3", "w2"]])
  func `a stacked checkpoint is compared with separate experts`(parts: [String]) throws {
    let owner = parts[0] == "w1" ? "block_sparse_moe" : "mlp"
    let base = try separate("base", parts: parts, owner: owner)
    let updates = try updates(stacked("tuned", adding: change), base: base)
    #expect(
      updates.modules.map(\.module) == [
        "model.layers.0.\(owner).experts.0.down_proj",
        "model.layers.0.\(owner).experts.0.gate_up_proj",
        "model.layers.0.\(owner).experts.1.down_proj",
        "model.layers.0.\(owner).experts.1.gate_up_proj",
      ])
    let changes = try updates.modules.map { try $0.matrix() }
    #expect([0, 1, 2].allSatisfy { changes[$0].frobeniusNorm() == 0 })
    // Tolerance: the files hold single precision.
    let expected = Matrix.stackedRows([change, Matrix(rows: 5, columns: 8)])
    #expect((changes[3] - expected).frobeniusNorm() < 1e-5)
    #expect(updates.findings == [])
  }

  @Test(arguments: [["gate_proj", "up_proj", "down_proj"], ["w1", "w3", "w2"]])
  func `separate experts are compared with a stacked base`(parts: [String]) throws {
    let tuned = try separate("tuned", parts: parts, adding: change)
    let updates = try updates(tuned, base: stacked("base"))
    #expect(updates.modules.count == 6 && updates.findings == [])
    for module in updates.modules {
      let found = try module.matrix()
      if module.module == "model.layers.0.mlp.experts.1.\(parts[0])" {
        #expect((found - change).frobeniusNorm() < 1e-5)
      } else {
        #expect(found.frobeniusNorm() == 0)
      }
    }
  }

  @Test func `an adapter of one expert changes its part of a stacked base`() throws {
    var generator = SplitMix64(seed: 52)
    let (down, up) = (generator.matrix(2, 8), generator.matrix(5, 2))
    let module = "model.layers.0.mlp.experts.1.up_proj"
    let folder = try bench.adapter(
      "adapter", configuration: #""r": 2, "lora_alpha": 4"#,
      ["\(module).lora_A.weight": down, "\(module).lora_B.weight": up])
    let updates = try CheckpointUpdates(of: folder, base: stacked("base"))
    let update = try #require(updates.modules.first)
    #expect(update.module == module)
    let before = try #require(update.base).matrix()
    #expect((before - ups[1]).frobeniusNorm() < 1e-5)
    #expect(try (update.matrix() - 2 * (up * down)).frobeniusNorm() < 1e-5)
  }

  @Test(arguments: [["gate_up_proj", "down_proj"], ["experts.gate_up_proj"]])
  func `a target parameter may be named without its owner`(targets: [String]) throws {
    var generator = SplitMix64(seed: 53)
    let (down, up) = (generator.matrix(2 * 2, 8), generator.matrix(10, 2 * 2))
    let list = targets.map { "\"\($0)\"" }.joined(separator: ", ")
    let module = "model.layers.0.mlp.experts"
    let folder = try bench.adapter(
      "adapter", configuration: #""r": 2, "lora_alpha": 2, "target_parameters": ["# + list + "]",
      ["\(module).lora_A.weight": down, "\(module).lora_B.weight": up])
    let base = try separate("base", parts: ["w1", "w3", "w2"], owner: "block_sparse_moe")
    let updates = try CheckpointUpdates(of: folder, base: base)
    #expect(
      updates.modules.map(\.module)
        == (0..<2).map { "model.layers.0.block_sparse_moe.experts.\($0).gate_up_proj" })
  }
}
