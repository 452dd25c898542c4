import Adapters
import Checkpoints
import LinearAlgebra
import Testing
import Updates

/// X-LoRA as PEFT 0.21 saves it: a router, and each expert in a folder of its own together with the base and the router.
@Suite("Updates of the experts of an X-LoRA") struct UpdatesMixtureTests {
  private let bench: UpdatesWorkbench
  private let factors: (a: Matrix, b: Matrix)
  private let w: Matrix
  private let base: ModelFolder

  init() throws {
    var generator = SplitMix64(seed: 12)
    bench = try UpdatesWorkbench()
    w = generator.matrix(6, 8)
    factors = (generator.matrix(2, 8), generator.matrix(6, 2))
    base = try bench.model("base", ["model.layers.0.q_proj.weight": w])
  }

  private func expert(_ name: String) throws -> AdapterFolder {
    let module = "lora_model.model.model.layers.0.q_proj"
    return try bench.adapter(
      name, configuration: #""r": 2, "lora_alpha": 4"#, prefix: "base_model.",
      [
        "\(module).lora_A.weight": factors.a, "\(module).lora_B.weight": factors.b,
        "\(module).base_layer.weight": w, "lora_model.model.lm_head.weight": w,
        "internal_xlora_classifier.layers.weight": Matrix(rows: 2, columns: 6),
      ])
  }

  @Test func `an expert is read as LoRA, without the router and the copy of the base`() throws {
    let updates = try CheckpointUpdates(of: expert("expert"), base: base)
    let router = ["internal_xlora_classifier.layers.weight"]
    #expect(updates.findings == [.routerNotRead(tensors: router)])
    #expect(updates.modules.map(\.module) == ["model.layers.0.q_proj"] && updates.vectors.isEmpty)
    let dense = try updates.modules[0].update().dense(base: DenseBaseWeight(w))
    #expect(dense == 2 * (factors.b * factors.a))
    #expect(
      updates.findings[0].description
        == "this is one expert of an X-LoRA; the router was not read: 'internal_xlora_classifier.layers.weight'"
    )
  }

  @Test func `an X-LoRA is refused with the folders of its experts`() throws {
    let folder = try bench.adapter(
      "mixture", configuration: #""adapters": {"a": "gone"}"#, type: "XLORA", [:])
    _ = try expert("mixture/0")
    _ = try expert("mixture/1")
    let experts = ["\(folder.path)/0", "\(folder.path)/1"]
    #expect(throws: AdapterError.mixedExperts(experts)) {
      try CheckpointUpdates(of: folder, base: base)
    }
  }
}
