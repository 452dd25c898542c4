import Adapters
import Checkpoints
import Foundation
import LinearAlgebra
import Testing
import Updates

@Suite("Updates of an adapter") struct UpdatesAdapterTests {
  private let bench: UpdatesWorkbench
  private let w: Matrix
  private let a: Matrix
  private let b: Matrix
  private let base: ModelFolder

  init() throws {
    var generator = SplitMix64(seed: 11)
    bench = try UpdatesWorkbench()
    w = generator.matrix(24, 32)
    a = generator.matrix(2, 32)
    b = generator.matrix(24, 2)
    base = try bench.model(
      "base",
      [
        "model.layers.0.q_proj.weight": w, "model.layers.0.q_proj.bias": generator.matrix(1, 24),
        "model.norm.weight": generator.matrix(1, 32),
      ])
  }

  private func adapter(
    _ configuration: String = #""r": 2, "lora_alpha": 4"#, module: String = "model.layers.0.q_proj",
    a: Matrix? = nil, b: Matrix? = nil, name: String = "adapter"
  ) throws -> AdapterFolder {
    try bench.adapter(
      name, configuration: configuration,
      ["\(module).lora_A.weight": a ?? self.a, "\(module).lora_B.weight": b ?? self.b])
  }

  private func dense(_ updates: CheckpointUpdates) throws -> Matrix {
    let module = try #require(updates.modules.first)
    return try module.update().dense(base: #require(module.base))
  }

  // MARK: What is found

  @Test func `an adapter that holds only what modules share is refused`() throws {
    let shared = try bench.adapter(
      "shared", configuration: #""r": 2, "save_indices": true"#, type: "UNILORA",
      prefix: "base_model.", ["unilora_theta_d": Matrix(rows: 1, columns: 4, repeating: 1)])
    #expect(throws: UpdateError.onlyShared(names: ["unilora_theta_d"])) {
      try CheckpointUpdates(of: shared, base: base)
    }
  }

  @Test func `a module has the base's name, shape and layout`() throws {
    let updates = try CheckpointUpdates(of: adapter(), base: base)
    let module = try #require(updates.modules.first)
    #expect(updates.method == "lora" && updates.modules.count == 1 && updates.findings == [])
    #expect(module.module == "model.layers.0.q_proj")
    #expect([module.rows, module.columns] == [24, 32] && module.layout == .outByIn)
    #expect(
      module.resolved
        == ResolvedModule(
          module: "model.layers.0.q_proj", method: "lora", rank: 2, alpha: 4, scale: 2))
    #expect(try dense(updates) == 2 * (b * a))
  }

  @Test func `a head or a wrapper around the base changes no name`() throws {
    let updates = try CheckpointUpdates(
      of: adapter(module: "wrapper.model.layers.0.q_proj"), base: base)
    #expect(updates.modules.map(\.module) == ["model.layers.0.q_proj"])
    let inner = try CheckpointUpdates(of: adapter(module: "layers.0.q_proj"), base: base)
    #expect(inner.modules.map(\.module) == ["model.layers.0.q_proj"])
  }

  @Test func `LoRA needs no base`() throws {
    let updates = try CheckpointUpdates(of: adapter(), base: nil)
    let module = try #require(updates.modules.first)
    #expect(module.base == nil && [module.rows, module.columns] == [24, 32])
    guard case .factored(let left, let right) = try module.update() else {
      Issue.record("the update is not factored")
      return
    }
    #expect(left * right == 2 * (b * a))
  }

  @Test func `a method that needs the base says so`() throws {
    let folder = try bench.adapter(
      "miss", configuration: #""r": 2"#, type: "MISS",
      ["model.layers.0.q_proj.miss_block": Matrix(rows: 2, columns: 24)])
    #expect(throws: AdapterError.baseNeeded(module: "model.layers.0.q_proj", method: "miss")) {
      try CheckpointUpdates(of: folder, base: nil)
    }
  }

  @Test(arguments: ["pissa", "olora", "pissa_niter_4"])
  func `a start from the base says that only the base tells what was added`(start: String) throws {
    let folder = try bench.adapter(
      start, configuration: #""r": 2, "lora_alpha": 2, "init_lora_weights": "\#(start)""#,
      ["model.layers.0.q_proj.lora_A.weight": a, "model.layers.0.q_proj.lora_B.weight": b])
    let error = AdapterError.startNeedsBase(module: "model.layers.0.q_proj", start: start)
    #expect(throws: error) { try CheckpointUpdates(of: folder, base: nil) }
    #expect(
      error.description.contains("give it with --base, or a run that has its checkpoint of step 0"))
  }

  @Test func `a trained bias is a vector`() throws {
    var generator = SplitMix64(seed: 12)
    let bias = generator.matrix(1, 24)
    let folder = try bench.adapter(
      "bias", configuration: #""r": 2, "lora_alpha": 4, "bias": "all""#,
      [
        "model.layers.0.q_proj.lora_A.weight": a, "model.layers.0.q_proj.lora_B.weight": b,
        "model.layers.0.q_proj.base_layer.bias": bias,
      ])
    let updates = try CheckpointUpdates(of: folder, base: base)
    let vector = try #require(updates.vectors.first)
    #expect(vector.name == "model.layers.0.q_proj.bias" && vector.count == 24)
    let before = try base.weight(named: vector.name).doubles()
    #expect(try vector.change() == zip(bias.values, before).map { $0 - $1 })
  }

  @Test(arguments: [
    (#"{"model_type": "gpt2"}"#, "attn.c_proj", WeightLayout.inByOut),
    (#"{"model_type": "gpt2"}"#, "lm_head", .outByIn),
    (#"{"model_type": "llama"}"#, "attn.c_proj", .outByIn),
  ])
  func `of a square weight the kind of model tells the layout`(
    configuration: String, module: String, layout: WeightLayout
  ) throws {
    var generator = SplitMix64(seed: 13)
    let (a, b) = (generator.matrix(2, 16), generator.matrix(16, 2))
    let base = try bench.model(
      "square", configuration: configuration, ["h.0.\(module).weight": generator.matrix(16, 16)])
    let updates = try CheckpointUpdates(
      of: adapter(module: "transformer.h.0.\(module)", a: a, b: b), base: base)
    let expected = 2 * (b * a)
    let update = try dense(updates)
    #expect(updates.modules[0].layout == layout)
    #expect(
      (update - (layout == .inByOut ? expected.transposed() : expected)).frobeniusNorm()
        <= 100 * Double.ulpOfOne * expected.frobeniusNorm())
  }

  // MARK: What is refused

  @Test func `a field of another type is refused with the name of its file`() throws {
    let folder = try bench.adapter(
      "typed", configuration: #""r": "8""#,
      ["model.layers.0.q_proj.lora_A.weight": Matrix(rows: 1, columns: 1)])
    let error = CheckpointError.unexpectedValue(
      file: "\(folder.path)/adapter_config.json", key: "r", expected: "a non-negative integer",
      found: "a string")
    #expect(throws: error) { try CheckpointUpdates(of: folder, base: base) }
  }

  @Test func `DoRA without magnitudes is refused`() throws {
    let folder = try adapter(#""r": 2, "lora_alpha": 4, "use_dora": true"#)
    let error = AdapterError.magnitudesMissing(module: "model.layers.0.q_proj")
    for given in [base, nil] {
      #expect(throws: error) { try CheckpointUpdates(of: folder, base: given) }
    }
    #expect(error.description.contains("set use_dora to false"))
  }

  @Test func `an alpha of zero is refused unless another is given`() throws {
    let folder = try adapter(#""r": 2, "lora_alpha": 0"#)
    #expect(throws: AdapterError.zeroAlpha(module: "model.layers.0.q_proj")) {
      try CheckpointUpdates(of: folder, base: base)
    }
    let updates = try CheckpointUpdates(of: folder, base: base, alpha: 4)
    #expect(try dense(updates) == 2 * (b * a))
  }

  @Test func `a module of another base is refused with the nearest name`() throws {
    let folder = try adapter(module: "model.layers.7.q_proj")
    let error = UpdateError.anotherBase(
      compared: 0, of: 1, strangers: ["model.layers.7.q_proj"], nearest: "model.layers.0.q_proj")
    #expect(throws: error) { try CheckpointUpdates(of: folder, base: base) }
    #expect(
      error.description
        == "1 of 1 matrices have no partner of their shape in the base, such as 'model.layers.7.q_proj';"
        + " the nearest is 'model.layers.0.q_proj': the checkpoint belongs to another base; give its own"
        + " with --base")
  }

  @Test func `factors of another shape than the base are refused`() throws {
    let folder = try adapter(a: Matrix(rows: 2, columns: 30, repeating: 1))
    #expect(
      throws: AdapterError.baseShape(
        module: "model.layers.0.q_proj", update: MatrixShape(rows: 24, columns: 30),
        base: MatrixShape(rows: 24, columns: 32))
    ) { try CheckpointUpdates(of: folder, base: base) }
  }

  @Test func `a tensor of no method is refused with the nearest name`() throws {
    let folder = try bench.adapter(
      "stray", configuration: #""r": 2, "lora_alpha": 4"#,
      [
        "model.layers.0.q_proj.lora_A.weight": a, "model.layers.0.q_proj.lora_B.weight": b,
        "model.layers.0.q_proj.lora_stray": Matrix(rows: 1, columns: 2),
      ])
    let error = UpdateError.unclaimedTensors(
      names: ["model.layers.0.q_proj.lora_stray"], nearest: "model.layers.0.q_proj.bias")
    #expect(throws: error) { try CheckpointUpdates(of: folder, base: base) }
    #expect(
      error.description
        == "no method and no weight of the base has 'model.layers.0.q_proj.lora_stray';"
        + " the nearest is 'model.layers.0.q_proj.bias'")
  }

  @Test func `a rank that no tensor has draws no projections`() throws {
    let folder = try bench.adapter(
      "vera", configuration: #""r": 1000000000000, "save_projection": false"#, type: "VERA",
      [
        "model.layers.0.q_proj.vera_lambda_b": Matrix(rows: 1, columns: 24),
        "model.layers.0.q_proj.vera_lambda_d": Matrix(rows: 1, columns: 3),
      ])
    #expect(throws: AdapterError.rankNotInTensors(1_000_000_000_000)) {
      try CheckpointUpdates(of: folder, base: base)
    }
  }

  @Test func `a replicated layer beyond those that are made is refused`() throws {
    let folder = try adapter(
      #""r": 2, "lora_alpha": 4, "layer_replication": [[0, 1], [0, 1]]"#,
      module: "model.layers.2.q_proj")
    let error = UpdateError.layerOutsideReplication(
      module: "model.layers.2.q_proj", layer: 2, layers: 2)
    #expect(throws: error) { try CheckpointUpdates(of: folder, base: base) }
    #expect(
      error.description
        == "module 'model.layers.2.q_proj' is of layer 2, layer_replication makes 2 layers")
  }

  // MARK: What is worth knowing

  @Test func `factors that are zero are told once`() throws {
    let updates = try CheckpointUpdates(
      of: adapter(b: Matrix(rows: 24, columns: 2)), base: base)
    let finding = Finding.zeroFactor(
      parameter: "lora_B.weight", modules: ["model.layers.0.q_proj"], of: 1)
    #expect(updates.findings == [finding])
    #expect(
      finding.description
        == "'lora_B.weight' is zero in all 1 modules: their updates are zero")
  }

  @Test func `values that are not finite are counted`() throws {
    var broken = b
    broken[3, 1] = .nan
    broken[4, 0] = .infinity
    let updates = try CheckpointUpdates(of: adapter(b: broken), base: base)
    #expect(
      updates.findings == [.notFinite(tensor: "model.layers.0.q_proj.lora_B.weight", count: 2)])
    #expect(updates.findings[0].severity == .warning)
  }

  @Test func `the tensors' rank is used, and a difference is told`() throws {
    let updates = try CheckpointUpdates(of: adapter(#""r": 4, "lora_alpha": 4"#), base: base)
    #expect(
      updates.findings
        == [.rankDiffers(modules: ["model.layers.0.q_proj"], configured: 4, found: 2)])
    #expect(updates.findings[0].severity == .warning)
    #expect(updates.modules[0].resolved?.scale == 2)
  }

  @Test func `patterns without effect are told`() throws {
    let updates = try CheckpointUpdates(
      of: adapter(
        #""r": 2, "lora_alpha": 4, "rank_pattern": {"0.q_proj": 2, "v_proj": 4},"#
          + #" "target_modules": ["q_proj", "gate_proj"]"#), base: base)
    #expect(
      updates.findings == [
        .unusedPatterns(field: "rank_pattern", patterns: ["v_proj"]),
        .unusedPatterns(field: "target_modules", patterns: ["gate_proj"]),
      ])
    #expect(
      updates.findings[0].description
        == "'v_proj' of rank_pattern choose no module of the adapter")
  }

  @Test(arguments: [
    ("target_modules", #""target_modules": "(?i).*PROJ""#),
    ("exclude_modules", #""target_modules": ["v_proj"], "exclude_modules": "(?i).*PROJ""#),
  ])
  func `an expression for targets that is not matched here is told`(
    field: String, fields: String
  ) throws {
    let updates = try CheckpointUpdates(
      of: adapter(#""r": 2, "lora_alpha": 4, "# + fields), base: base)
    let finding = Finding.uncheckedPatterns(field: field, patterns: ["(?i).*PROJ"])
    #expect(updates.findings == [finding])
    #expect(finding.severity == .note)
    #expect(throws: AdapterError.self) {
      try CheckpointUpdates(
        of: adapter(#""r": 2, "lora_alpha": 4, "alpha_pattern": {"(?i)Q": 4}"#), base: base)
    }
  }

  @Test func `a module that the base lacks and the configuration names is new`() throws {
    let folder = try bench.adapter(
      "score", configuration: #""r": 2, "lora_alpha": 4, "modules_to_save": ["score"]"#,
      [
        "model.layers.0.q_proj.lora_A.weight": a, "model.layers.0.q_proj.lora_B.weight": b,
        "score.weight": Matrix(rows: 3, columns: 32, repeating: 1),
      ])
    let updates = try CheckpointUpdates(of: folder, base: base)
    #expect(updates.findings == [.new(tensors: ["score.weight"])])
    #expect(updates.modules.count == 1)
  }

  @Test func `AdaLoRA on a base of 16 bits and without a pattern warns of both`() throws {
    let fixture = try #require(AdapterFixture.all.first { $0.name == "adalora" })
    let halved = try ModelFolder(
      path: AdapterFixture.folder.appendingPathComponent("base-minilm-sharded-bf16").path)
    let updates = try CheckpointUpdates(of: AdapterFolder(path: fixture.path), base: halved)
    #expect(
      updates.findings.contains(.neverPruned)
        && updates.findings.contains(.divisorMayHaveTrained(storage: "BF16")))
  }
}
