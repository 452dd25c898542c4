import Adapters
import LinearAlgebra
import Testing

@Suite("Training: files") struct TrainingExportTests {
  @Test(arguments: TrainingCase.all)
  func `the analysis finds the update that was trained`(example: TrainingCase) throws {
    var sample = try AdaptedSample(example)
    let parameters = sample.perturbed()
    let export = AdapterExport(
      modules: [sample.trained(parameters)], options: sample.options, baseName: "base")
    let effective = sample.effective(parameters)
    let expected = effective.weight - sample.base.weight
    guard let configuration = export.configuration else {
      #expect(export.tensors["\(example.module.name).weight"]?.matrix == effective.weight)
      return
    }
    let adapter = try reader(of: example.module.name, in: export, configuration)
    let found = try adapter.dense(sample.base.weight)
    #expect((found - expected).frobeniusNorm() <= 1e-12 * (1 + expected.frobeniusNorm()))
    guard let bias = sample.base.bias, let moved = effective.bias else { return }
    let change = adapter.biasChange?.change(of: bias) ?? bias.map { _ in 0 }
    for (index, value) in change.enumerated() {
      #expect(abs(value - (moved.values[index] - bias[index])) <= 1e-14 * (1 + abs(value)))
    }
  }

  @Test(arguments: TrainingCase.all)
  func `a resumed run has the same parameters and frozen weight`(example: TrainingCase) throws {
    var sample = try AdaptedSample(example)
    let parameters = sample.perturbed()
    let export = AdapterExport(
      modules: [sample.trained(parameters)], options: sample.options, baseName: nil)
    guard
      let restored = try AdapterExport.restore(
        sample.adapter, of: example.module, from: export.tensors)
    else {
      #expect(
        ["lora-dash", "lora-xs"].contains(example.choice.name), "a file holds the parameters")
      return
    }
    #expect(restored.parameters == parameters)
    #expect((restored.initial == nil) == (sample.start.frozen == nil))
    let frozen = restored.initial.flatMap {
      sample.adapter.frozenWeight(base: sample.base.weight, initial: $0)
    }
    #expect(frozen == sample.start.frozen)
  }

  @Test(arguments: TrainingCase.all)
  func `a file without its tensors is refused`(example: TrainingCase) throws {
    let sample = try AdaptedSample(example)
    #expect(throws: AdapterError.self) {
      let found = try AdapterExport.restore(sample.adapter, of: example.module, from: [:])
      if found == nil { throw AdapterError.missingTensor(module: example.module.name, tensor: "") }
    }
  }

  @Test func `projections of VeRA are written once, in the size of the largest modules`() throws {
    let modules = [(8, 12), (12, 8)].enumerated().map { index, shape in
      AdaptedModule(
        name: "m\(index)", shape: MatrixShape(rows: shape.0, columns: shape.1), hasBias: false,
        isFeedForwardOutput: false)
    }
    let made = try AdapterChoice(parsing: "vera").adapters(
      for: modules, options: AdapterOptions(rank: 3))
    var generator = SplitMix64(seed: 1)
    let trained = try zip(modules, made.adapters).map { module, adapter in
      let base = BaseModule(
        weight: Matrix(rows: module.shape.rows, columns: module.shape.columns))
      let values = try adapter.start(base: base, using: &generator, calibration: nil).parameters
      return TrainedModule(
        adapter: adapter, module: module, parameters: values, initial: values)
    }
    let export = AdapterExport(modules: trained, options: made.options, baseName: nil)
    #expect(export.tensors["base_model.vera_A"]?.shape == [3, 12])
    #expect(export.tensors["base_model.vera_B"]?.shape == [12, 3])
    #expect(export.tensors.count == 6)
    for module in trained {
      let restored = try AdapterExport.restore(
        module.adapter, of: module.module, from: export.tensors)
      #expect(restored?.parameters == module.parameters)
    }
  }

  @Test func `a start taken out of the base doubles rank and keeps the scale`() throws {
    let module = AdaptedModule(
      name: "m", shape: MatrixShape(rows: 8, columns: 8), hasBias: false,
      isFeedForwardOutput: false)
    for key in ["lora", "rslora"] {
      let made = try AdapterChoice(parsing: key, start: "pissa").adapters(
        for: [module], options: AdapterOptions(rank: 2, alpha: 6))
      let configuration = try #require(
        type(of: made.adapters[0]).configuration(options: made.options, modules: [module]))
      let rank = Double(configuration.rank)
      #expect(configuration.rank == 4)
      let (before, after) =
        key == "lora"
        ? (6 / 2, configuration.alpha / rank)
        : (6 / 2.0.squareRoot(), configuration.alpha / rank.squareRoot())
      #expect(abs(before - after) <= 4 * Double.ulpOfOne * before)
    }
  }

  private func reader(
    of module: String, in export: AdapterExport, _ configuration: AdapterConfiguration
  ) throws -> any Adapter {
    var own = [String: Tensor]()
    for (name, tensor) in export.tensors {
      let (ours, shared) = ("base_model.model.\(module).", "base_model.")
      own[String(name.dropFirst(name.hasPrefix(ours) ? ours.count : shared.count))] = tensor
    }
    let settings = try configuration.settings(for: [module]).modules[0]
    return try AdapterRegistry.adapter(parameters: own, settings: settings)
  }
}
