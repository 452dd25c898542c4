import Adapters
import Foundation
import LinearAlgebra
import Testing

/// How PEFT itself trains AdaLoRA and LoRA-FA
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
    let adalora: AdaLoRA
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let lora_fa: LoRAFA

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
}
