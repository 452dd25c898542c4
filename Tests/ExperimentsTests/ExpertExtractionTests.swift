import Adapters
import Checkpoints
import Experiments
import Foundation
import LinearAlgebra
import Spectra
import Testing
import Updates

/// LoRA of experts that a model stacks in memory. That PEFT loads it as the same function is the claim of
/// `Tests/Python/check_written_adapters.py`.
@Suite("LoRA of stacked experts") struct ExpertExtractionTests {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures")

  private let scratch: StudyScratch
  private let experts = 4

  init() throws { scratch = try StudyScratch() }

  /// A model with the tensors of a base, each with noise of its own; experts one by one or stacked.
  private func model(_ name: String, of base: ModelFolder, noise: Double, stacked: Bool) throws
    -> String
  {
    let path = "\(scratch.path)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: "\(base.path)/config.json", toPath: "\(path)/config.json")
    var generator = SplitMix64(seed: 11)
    var values: [String: (shape: [Int], values: [Double])] = [:]
    for weight in base.parameters {
      values[weight.name] = (
        weight.shape, try weight.doubles().map { $0 + noise * generator.nextGaussian() }
      )
    }
    if stacked {
      for layer in 0..<2 {
        let owner = "model.layers.\(layer).mlp.experts"
        for (parameter, parts) in [
          ("gate_up_proj", ["gate_proj", "up_proj"]), ("down_proj", ["down_proj"]),
        ] {
          let names = (0..<experts).map { expert in
            parts.map { "\(owner).\(expert).\($0).weight" }
          }
          let found = try names.map { try $0.map { try #require(values[$0]) } }
          values["\(owner).\(parameter)"] = (
            [experts, found[0].reduce(0) { $0 + $1.shape[0] }, found[0][0].shape[1]],
            found.flatMap { $0.flatMap(\.values) }
          )
          for name in names.flatMap(\.self) { values[name] = nil }
        }
      }
    }
    try SafetensorsWriter.write(
      values.sorted { $0.key < $1.key }.map {
        .init(name: $0.key, shape: $0.value.shape, values: $0.value.values)
      }, to: "\(path)/model.safetensors")
    return path
  }

  private func extract(
    _ base: String, _ tuned: String, _ rule: any RankRule
  ) async throws -> (outcome: Reducer.Outcome, path: String) {
    let source = try ReductionSource.difference(base: base, tuned: tuned)
    let outcome = try await Reducer(source, ReductionOptions(rule: rule), jobs: 2).reduced()
    let path = "\(scratch.path)/lora"
    try await outcome.publish(to: path)
    return (outcome, path)
  }

  @Test(arguments: [(false, false), (true, true), (false, true), (true, false)])
  func `the updates of experts and routers are those of the checkpoints, however both are stored`(
    stackedBase: Bool, stackedTuned: Bool
  ) async throws {
    let fixture = try ModelFolder(
      path: Self.fixtures.appendingPathComponent("base-qwen3moe").path)
    let base = try model("base", of: fixture, noise: 0, stacked: stackedBase)
    let tuned = try model("tuned", of: fixture, noise: 0.01, stacked: stackedTuned)
    let (_, path) = try await extract(base, tuned, ExactRule())
    let configuration = try AdapterConfiguration(AdapterFolder(path: path))
    let parameters = Set(configuration.targetParameters)
    #expect(
      parameters
        == Set(
          (0..<2).flatMap { layer in
            ["experts.gate_up_proj", "experts.down_proj", "gate.weight"].map {
              "model.layers.\(layer).mlp.\($0)"
            }
          }))
    let (before, after) = (try ModelFolder(path: base), try ModelFolder(path: tuned))
    let written = try CheckpointUpdates(of: AdapterFolder(path: path), base: before)
    let wanted = try CheckpointUpdates(
      of: Checkpoint(step: 1, path: tuned, contents: .model), base: before)
    // Every entry of the experts, in whatever matrices they are.
    func energy(_ updates: CheckpointUpdates) throws -> Double {
      try updates.modules.filter { $0.module.contains(".mlp.") }.reduce(0) {
        try $0 + $1.matrix().values.reduce(0) { $0 + $1 * $1 }
      }
    }
    let expected = try energy(wanted)
    #expect(expected > 0)
    #expect(abs(try energy(written) - expected) < 1e-5 * expected)
    let changed = Dictionary(uniqueKeysWithValues: wanted.modules.map { ($0.module, $0) })
    for module in written.modules {
      guard let other = changed[module.module] else { continue }
      let difference = try module.matrix() - other.matrix()
      #expect(try difference.frobeniusNorm() < 1e-5 * other.matrix().frobeniusNorm())
    }
    #expect(after.parameters.count > 0)
  }

  @Test func `names of files become those of the model, and ranks those of the largest expert`()
    async throws
  {
    let base = Self.fixtures.appendingPathComponent("base-mixtral").path
    let tuned = try model("tuned", of: ModelFolder(path: base), noise: 0.01, stacked: false)
    let (outcome, path) = try await extract(base, tuned, EnergyRule(0.7))
    let folder = try AdapterFolder(path: path)
    let parameters = try AdapterConfiguration(folder).targetParameters
    #expect(!parameters.isEmpty && parameters.allSatisfy { $0.contains(".mlp.") })
    for module in outcome.adapter.modules {
      guard case .parameter(let count) = module.kind, count > 1 else { continue }
      #expect(module.factors.input.rows == count * module.rank)
      let kind = module.name.hasSuffix("down_proj") ? ["w2", "down_proj"] : ["gate_up_proj"]
      let layer = try #require(module.name.split(separator: ".").first { Int($0) != nil })
      let ranks = outcome.reduction.modules.filter { line in
        line.module.contains("layers.\(layer).") && line.module.contains("experts.")
          && kind.contains { line.module.hasSuffix($0) }
      }.map(\.rank)
      #expect(ranks.count == count && ranks.max() == module.rank)
    }
    let tensors = folder.entries.map(\.name)
    #expect(tensors.contains { $0.hasSuffix("experts.base_layer.lora_A.weight") })
    #expect(tensors.contains { $0.hasSuffix("mlp.gate.lora_A.weight") })
  }

  @Test func `an adapter of single experts stays one, on a base that stacks them`() async throws {
    let fixture = try ModelFolder(
      path: Self.fixtures.appendingPathComponent("base-qwen3moe").path)
    let base = try model("base", of: fixture, noise: 0, stacked: true)
    let module = "model.layers.0.mlp.experts.1.up_proj"
    let weight = try fixture.weight(named: "\(module).weight")
    var generator = SplitMix64(seed: 4)
    let (input, output) = (
      generator.gaussianMatrix(rows: 2, columns: weight.columns),
      generator.gaussianMatrix(rows: weight.rows, columns: 2)
    )
    let path = "\(scratch.path)/single"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try SafetensorsWriter.write(
      [("A", input), ("B", output)].map { name, matrix in
        .init(
          name: "base_model.model.\(module).lora_\(name).weight",
          shape: [matrix.rows, matrix.columns], values: matrix.values)
      }, to: "\(path)/adapter_model.safetensors")
    try Data(#"{"peft_type": "LORA", "r": 2, "lora_alpha": 2}"#.utf8)
      .write(to: URL(fileURLWithPath: "\(path)/adapter_config.json"))
    let source = try ReductionSource.adapter(at: path, base: .given(base), alpha: nil)
    let adapter = try await Reducer(source, ReductionOptions(rule: ExactRule()), jobs: 1)
      .reduced().adapter
    #expect(adapter.modules.map(\.name) == [module])
    #expect(adapter.modules[0].kind == .linear)
    let found = adapter.modules[0].factors.output * adapter.modules[0].factors.input
    #expect((found - output * input).frobeniusNorm() < 1e-5 * found.frobeniusNorm())
  }

  private func entry(
    _ name: String, _ shape: [Int], _ generator: inout SplitMix64
  ) -> SafetensorsWriter.Entry {
    let count = shape.reduce(1, *)
    return SafetensorsWriter.Entry(
      name: name, shape: shape,
      values: generator.gaussianMatrix(rows: 1, columns: count).values)
  }

  /// PEFT refuses `fan_in_fan_out` beside LoRA of a parameter.
  @Test func `experts that are stored in × out are no modules of that layout`() async throws {
    var generator = SplitMix64(seed: 5)
    let (base, path) = ("\(scratch.path)/base", "\(scratch.path)/adapter")
    let owner = "model.layers.0.mlp.experts"
    for folder in [base, path] {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try SafetensorsWriter.write(
      [entry("\(owner).down_proj", [2, 4, 6], &generator)], to: "\(base)/model.safetensors")
    try SafetensorsWriter.write(
      [
        entry("base_model.model.\(owner).lora_A.weight", [2, 4], &generator),
        entry("base_model.model.\(owner).lora_B.weight", [6, 2], &generator),
      ], to: "\(path)/adapter_model.safetensors")
    let fields =
      #"{"peft_type": "LORA", "r": 1, "lora_alpha": 1, "#
      + #""target_parameters": ["\#(owner).down_proj"]}"#
    try Data(#"{"model_type": "gpt_oss"}"#.utf8)
      .write(to: URL(fileURLWithPath: "\(base)/config.json"))
    try Data(fields.utf8).write(to: URL(fileURLWithPath: "\(path)/adapter_config.json"))
    let source = try ReductionSource.adapter(at: path, base: .given(base), alpha: nil)
    #expect(source.updates.modules.map(\.layout) == [.inByOut, .inByOut])
    let adapter = try await Reducer(source, ReductionOptions(rule: ExactRule()), jobs: 1)
      .reduced().adapter
    #expect(adapter.modules.map(\.name) == ["\(owner).down_proj"])
    #expect(!adapter.isFanInFanOut)
  }

  @Test(arguments: [false, true])
  func `a budget holds with the zeros that fill up factors`(hasEqualRanks: Bool) async throws {
    let base = Self.fixtures.appendingPathComponent("base-qwen3moe").path
    let tuned = try model("tuned", of: ModelFolder(path: base), noise: 0.01, stacked: false)
    let source = try ReductionSource.difference(base: base, tuned: tuned)
    var used: [Int] = []
    for budget in [3_000, 6_000, 12_000] {
      var options = ReductionOptions(rule: BudgetRule(Double(budget)))
      options.hasEqualRanks = hasEqualRanks
      let adapter = try await Reducer(source, options, jobs: 2).reduced().adapter
      let stored = adapter.modules.reduce(0) {
        $0 + $1.factors.input.values.count + $1.factors.output.values.count
      }
      #expect(stored <= budget)
      used.append(stored)
    }
    // What is left would not have paid for a further direction of everything.
    #expect(used[0] < used[1] && used[1] < used[2])
  }

  @Test func `an expert without an update has factors of zero among the others`() {
    let pair = FactorPair(
      input: Matrix(rows: 1, columns: 3, values: [1, 2, 3]),
      output: Matrix(rows: 2, columns: 1, values: [4, 5]))
    let module = LowRankModule(name: "a.0", kind: .linear, factors: pair, alpha: 1)
    let stacked = LowRankModule(stacking: [nil, module], as: "a")
    #expect(stacked?.rank == 1 && stacked?.alpha == 1)
    #expect(stacked?.factors.input.values == [0, 0, 0, 1, 2, 3])
    #expect(stacked?.factors.output.values == [0, 4, 0, 5])
    #expect(LowRankModule(stacking: [nil, nil], as: "a") == nil)
  }

  @Test func `other stacked tensors are refused with other modules to choose`() throws {
    let fixture = try ModelFolder(
      path: Self.fixtures.appendingPathComponent("base-qwen3moe").path)
    var paths: [String] = []
    for (name, value) in [("base", 1.0), ("tuned", 2.0)] {
      let path = try model(name, of: fixture, noise: 0, stacked: false)
      let weights = try ModelFolder(path: path).parameters.map {
        SafetensorsWriter.Entry(name: $0.name, shape: $0.shape, values: try $0.doubles())
      }
      let entry = SafetensorsWriter.Entry(
        name: "model.layers.0.mlp.experts.gate_up_proj_bias", shape: [4, 48],
        values: Array(repeating: value, count: 4 * 48))
      try FileManager.default.removeItem(atPath: "\(path)/model.safetensors")
      try SafetensorsWriter.write(weights + [entry], to: "\(path)/model.safetensors")
      paths.append(path)
    }
    let source = try ReductionSource.difference(base: paths[0], tuned: paths[1])
    #expect {
      _ = try Reducer(source, ReductionOptions(rule: ExactRule()), jobs: 1)
    } throws: { error in
      "\(error)".contains("gate_up_proj_bias") && "\(error)".contains("--modules")
    }
  }
}
