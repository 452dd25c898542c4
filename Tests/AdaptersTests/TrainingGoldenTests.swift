import Adapters
import Foundation
import LinearAlgebra
import Testing

/// How PEFT itself trains AdaLoRA, LoRA-FA and TinyLoRA, and how PyTorch differentiates LoRA-XS
/// (Fixtures/training/adapters/make_training_adapters.py).
@Suite("Training: PEFT's numbers") struct TrainingGoldenTests {
  private struct Golden: Decodable {
    struct Pair: Decodable {
      let value: [Double]
      let gradient: [Double]
    }
    struct Step: Decodable {
      let inputs: [String: Pair]
      let budget: Int
      let kept: [String: [Bool]]
    }
    struct AdaLoRA: Decodable {
      let steps: [Step]
      let scores: [String: [Double]]
    }
    struct LoRAFA: Decodable {
      let input: [Double]
      let gradient: [Double]
      let preconditioned: [Double]
    }
    struct TinyLoRA: Decodable {
      struct Module: Decodable {
        let shape: [Int]
        let base: [Double]
        let parameters: [String: [Double]]
        let output: [Double]
        let effective: [Double]
      }
      let modules: [String: Module]
      let gradient: [Double]
    }
    struct LoRAXS: Decodable {
      let middle: [Double]
      let input: [Double]
      let output: [Double]
      let weight: [Double]
      let effective: [Double]
      let gradient: [Double]
    }
    let adalora: AdaLoRA
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let lora_fa: LoRAFA
    let tinylora: TinyLoRA
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let lora_xs: LoRAXS

    static func read() throws -> Golden {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Fixtures/training/adapters/golden.json")
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
  }

  private static let modules = [(6, 5), (4, 7)].enumerated().map { index, shape in
    AdaptedModule(
      name: "m\(index)", shape: MatrixShape(rows: shape.0, columns: shape.1), hasBias: false,
      isFeedForwardOutput: false)
  }

  @Test func `AdaLoRA's scores and masks over six steps are PEFT's`() throws {
    let golden = try Golden.read().adalora
    let options = AdapterOptions(rank: 4)
    var budget = try AdaLoRABudget(
      schedule: AdaLoRASchedule(targetRank: 1, initialSteps: 1, finalSteps: 2, totalSteps: 8),
      modules: Self.modules, options: options)
    for (index, step) in golden.steps.enumerated() {
      let adapters = try Self.modules.map { module in
        let shapes = try TrainableAdaLoRA(module: module, options: options).parameters
        let pairs = try shapes.map { try #require(step.inputs["\(module.name).\($0.name)"]) }
        func views(_ values: [[Double]]) -> [MatrixView<Double>] {
          zip(shapes, values).map {
            MatrixView(Matrix(rows: $0.rows, columns: $0.columns, values: $1))
          }
        }
        return (parameters: views(pairs.map(\.value)), gradients: views(pairs.map(\.gradient)))
      }
      budget.update(step: index + 1, adapters: adapters)
      #expect(budget.budget(at: index + 1).triplets == step.budget)
      for (module, adapter) in zip(Self.modules, adapters) {
        let alive = adapter.parameters[2].values.map { $0 != 0 }
        #expect(alive == step.kept[module.name], "step \(index + 1), \(module.name)")
      }
      guard index == golden.steps.count - 2 else { continue }
      for (module, scores) in zip(Self.modules, budget.scores) {
        for (found, expected) in zip(scores, try #require(golden.scores[module.name])) {
          // Sums of a few products in another order.
          #expect(abs(found - expected) <= 1e-14 * expected)
        }
      }
    }
    #expect(budget.isFinal)
  }

  @Test func `the preconditioned gradient of LoRA-FA is PEFT's`() throws {
    let golden = try Golden.read().lora_fa
    let adapter = try TrainablePreconditionedLoRAFA(
      module: Self.modules[0], options: AdapterOptions(rank: 3, alpha: 6))
    let gradient = MatrixView<Double>(Matrix(rows: 6, columns: 3, values: golden.gradient))
    let input = MatrixView<Double>(Matrix(rows: 3, columns: 5, values: golden.input))
    adapter.preconditionGradients(
      [MatrixView(rows: 3, columns: 5), gradient],
      parameters: [input, MatrixView(rows: 6, columns: 3)])
    // Two ways to invert a matrix of condition number below 100.
    for (found, expected) in zip(gradient.values, golden.preconditioned) {
      #expect(abs(found - expected) <= 1e-13)
    }
  }

  @Test func `TinyLoRA's weights, projections and gradient of a shared vector are PEFT's`() throws {
    let golden = try Golden.read().tinylora
    let options = AdapterOptions(rank: 2, vectorSize: 3, weightTying: 1)
      .spanning(Self.modules)
    let gradient = MatrixView<Double>(rows: 1, columns: 3)
    for module in Self.modules {
      let expected = try #require(golden.modules[module.name])
      let (rows, columns) = (module.shape.rows, module.shape.columns)
      func view(_ values: [Double]) -> MatrixView<Double> {
        MatrixView(Matrix(rows: rows, columns: columns, values: values))
      }
      let adapter = try TrainableTinyLoRA(module: module, options: options)
      let parameters = try adapter.parameters.map { shape in
        let values = try #require(expected.parameters[shape.name])
        return Matrix(rows: shape.rows, columns: shape.columns, values: values)
      }
      var generator = SplitMix64(seed: 1)
      let start = try adapter.start(
        base: BaseModule(weight: Matrix(rows: rows, columns: columns, values: expected.base)),
        using: &generator, calibration: nil
      ).parameters
      // The factors but for the signs of singular vectors; PEFT decomposes and draws in single precision.
      for (found, peft) in zip(start.dropFirst(), parameters.dropFirst()) {
        for (one, other) in zip(found.values, peft.values) {
          #expect(abs(abs(one) - abs(other)) <= 1e-5)
        }
      }
      #expect(zip(start[3].values, parameters[3].values).allSatisfy { abs($0 - $1) <= 1e-7 })
      let effective = ModuleViews(weight: MatrixView<Double>(rows: rows, columns: columns))
      let frozen = ModuleViews(weight: view(expected.base))
      let (views, workspace) = (parameters.map { MatrixView<Double>($0) }, Workspace<Double>())
      adapter.adapt(effective, frozen: frozen, parameters: views, workspace: workspace)
      for (one, other) in zip(effective.weight.values, expected.effective) {
        #expect(abs(one - other) <= 1e-14)
      }
      let nothing = MatrixView<Double>(rows: 0, columns: 0)
      adapter.addGradients(
        [gradient, nothing, nothing, nothing],
        output: ModuleViews(weight: view(expected.output)), effective: effective, frozen: frozen,
        parameters: views, workspace: workspace)
    }
    for (one, other) in zip(gradient.values, golden.gradient) { #expect(abs(one - other) <= 1e-13) }
  }

  @Test func `LoRA-XS has the weight and the gradient of PyTorch`() throws {
    let golden = try Golden.read().lora_xs
    let adapter = try TrainableLoRAXS(
      module: Self.modules[0], options: AdapterOptions(rank: 3, alpha: 6))
    func view(_ rows: Int, _ columns: Int, _ values: [Double]) -> MatrixView<Double> {
      MatrixView(Matrix(rows: rows, columns: columns, values: values))
    }
    let parameters = [
      view(3, 3, golden.middle), view(3, 5, golden.input), view(6, 3, golden.output),
    ]
    let effective = ModuleViews(weight: MatrixView<Double>(rows: 6, columns: 5))
    let frozen = ModuleViews(weight: view(6, 5, golden.weight))
    let workspace = Workspace<Double>()
    adapter.adapt(effective, frozen: frozen, parameters: parameters, workspace: workspace)
    let nothing = MatrixView<Double>(rows: 0, columns: 0)
    let gradient = MatrixView<Double>(rows: 3, columns: 3)
    // The loss is ½‖W₊‖², whose gradient is the weight itself.
    adapter.addGradients(
      [gradient, nothing, nothing], output: effective, effective: effective, frozen: frozen,
      parameters: parameters, workspace: workspace)
    for (one, other) in zip(effective.weight.values, golden.effective) {
      #expect(abs(one - other) <= 1e-13)
    }
    for (one, other) in zip(gradient.values, golden.gradient) { #expect(abs(one - other) <= 1e-12) }
  }
}
