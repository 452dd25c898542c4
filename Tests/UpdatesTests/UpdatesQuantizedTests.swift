import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

/// Bases that libraries quantised (`make_quantized.py`), beside checkpoints made from what they dequantise.
@Suite("Updates of quantised bases") struct UpdatesQuantizedTests {
  static let names = [
    "awq", "bnb-int8", "bnb-nf4-nested", "ct-int4-zeros", "fp8-blocks", "gptq-4-order",
  ]
  private let bench: UpdatesWorkbench

  init() throws { bench = try UpdatesWorkbench() }

  private func base(_ name: String) throws -> ModelFolder {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Fixtures/quantized")
    return try ModelFolder(path: fixtures.appendingPathComponent(name).path)
  }

  private func dequantized(_ base: ModelFolder, adding change: Double) throws -> Checkpoint {
    let entries = try base.parameters.map { weight in
      SafetensorsWriter.Entry(
        name: weight.name, shape: weight.shape, values: try weight.doubles().map { $0 + change })
    }
    _ = try bench.model("tuned", entries: entries)
    return Checkpoint(step: 1, path: bench.path("tuned"), contents: .model)
  }

  @Test(arguments: names)
  func `a dequantised checkpoint differs from its quantised base only by what was added`(
    name: String
  ) throws {
    let base = try base(name)
    let updates = try CheckpointUpdates(of: dequantized(base, adding: 0.25), base: base)
    #expect(updates.findings == [])
    #expect(updates.modules.map(\.module) == ["up_proj"])
    #expect(updates.vectors.map(\.name) == ["model.norm.weight"])
    let update = try updates.modules[0].matrix()
    // Tolerance: W + 0.25 is rounded once, and |W| is below 4.
    #expect(update.values.allSatisfy { abs($0 - 0.25) <= 0x1p-50 })
  }

  @Test(arguments: names)
  func `an adapter that scales the base scales the dequantised numbers`(name: String) throws {
    let base = try base(name)
    let weight = try base.weight(named: "up_proj")
    let scales = Matrix(rows: weight.rows, columns: 1, repeating: 3)
    let adapter = try bench.adapter(
      "ia3", configuration: #""target_modules": ["up_proj"], "feedforward_modules": []"#,
      type: "IA3", ["up_proj.ia3_l": scales])
    let updates = try CheckpointUpdates(of: adapter, base: base)
    let update = try updates.modules[0].matrix()
    #expect(try update.values == weight.doubles().map { 2 * $0 })
  }
}
