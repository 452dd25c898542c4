import Adapters
import Foundation
import LinearAlgebra
import Systems
import Testing
import Training

/// Directions with magnitudes, and generators, on a whole decoder in double precision.
@Suite("Reparameterised LoRA") struct ReparameterisationTests {
  private static let demonstrations: [SupervisedPolicy<Double>.Demonstration] = [
    ([1, 2, 3], [4, 0]), ([6], [5, 5, 2, 1]), ([2, 0], [3]),
  ]

  private static func policy(rank: Int) throws -> SupervisedPolicy<Double> {
    var generator = SplitMix64(seed: 3)
    let model = DecoderModel<Double>(
      drawing: DecoderConfiguration(
        vocabularySize: 7, width: 8, layers: 2, heads: 2, feedForwardWidth: 12, ropeBase: 100),
      standardDeviation: 0.4, using: &generator)
    return try .lora(on: model, rank: rank, seed: 1, positions: 16)
  }

  /// The largest difference between gradients and central differences, in units of the largest gradient.
  private static func error(
    _ parameters: [OptimizedParameter<Double>], _ gradients: [MatrixView<Double>],
    loss: () -> Double
  ) -> Double {
    let found = gradients.map(\.values)
    let scale = found.joined().map(\.magnitude).max() ?? 1
    var error = 0.0
    for (parameter, gradient) in zip(parameters, found) {
      let view = parameter.values
      // A few places of each are enough: formulas are wrong everywhere or nowhere.
      for place in stride(from: 0, to: view.count, by: max(1, view.count / 5)) {
        let (row, column) = place.quotientAndRemainder(dividingBy: view.columns)
        let value = view[row, column]
        view[row, column] = value + 1e-5
        let above = loss()
        view[row, column] = value - 1e-5
        let below = loss()
        view[row, column] = value
        error = max(error, abs((above - below) / 2e-5 - gradient[place]))
      }
    }
    _ = loss()
    return error / scale
  }

  /// Directions of two tasks, the first one learnt for some steps.
  private static func twoTasks(
    _ policy: SupervisedPolicy<Double>
  ) throws -> ScaledDirections<Double> {
    let directions = ScaledDirections(policy.factors)
    for rank in [2, 1] {
      directions.begin(rank: rank)
      let optimizer = AdamW(directions.parameters, AdamWOptions())
      for _ in 0..<3 {
        policy.refresh()
        let loss = policy.loss(of: demonstrations)
        try SupervisedPolicy<Double>.apply(
          directions.gradients(), of: loss, optimizer, rate: 0.05)
        directions.write()
      }
    }
    policy.refresh()
    return directions
  }

  @Test func `gradients of directions and magnitudes are those of finite differences`() throws {
    let policy = try Self.policy(rank: 3)
    let directions = try Self.twoTasks(policy)
    let loss = {
      directions.write()
      policy.refresh()
      return policy.loss(of: Self.demonstrations)
    }
    _ = loss()
    let gradients = directions.gradients().map { $0.copied() }
    #expect(Self.error(directions.parameters, gradients, loss: loss) < 1e-7)
  }

  @Test func `gradients of generators are those of finite differences`() throws {
    let policy = try Self.policy(rank: 2)
    var random = SplitMix64(seed: 9)
    let generated = GeneratedFactors(policy.factors, using: &random)
    // B is zero at the start, where half of the gradients are too.
    for parameter in generated.parameters where parameter.values.dot(parameter.values) == 0 {
      parameter.values.set(
        0.1
          * random.gaussianMatrix(rows: parameter.values.rows, columns: parameter.values.columns))
    }
    let loss = {
      generated.write()
      policy.refresh()
      return policy.loss(of: Self.demonstrations)
    }
    _ = loss()
    let gradients = generated.gradients().map { $0.copied() }
    #expect(Self.error(generated.parameters, gradients, loss: loss) < 1e-6)
  }

  @Test func `generators begin at the base`() throws {
    let policy = try Self.policy(rank: 2)
    let before = policy.loss(of: Self.demonstrations)
    var random = SplitMix64(seed: 9)
    _ = GeneratedFactors(policy.factors, using: &random)
    policy.refresh()
    #expect(policy.loss(of: Self.demonstrations) == before)
  }

  @Test func `a direction is divided by its size, and the policy stays what it is`() throws {
    let policy = try Self.policy(rank: 3)
    let directions = try Self.twoTasks(policy)
    let (before, magnitudes) = (policy.loss(of: Self.demonstrations), directions.magnitudes)
    directions.normalize()
    policy.refresh()
    #expect(abs(policy.loss(of: Self.demonstrations) - before) < 1e-12)
    #expect(directions.magnitudes[1] != magnitudes[1])
  }

  @Test func `the sum of all directions is exported as one LoRA of their ranks' sum`() throws {
    let policy = try Self.policy(rank: 3)
    let directions = try Self.twoTasks(policy)
    #expect(directions.rank == 3)
    let export = policy.policy.export(baseName: "base")
    #expect(export.configuration != nil)
    for update in policy.policy.updates {
      let name = "base_model.model.\(update.module)"
      let input = try #require(export.tensors["\(name).lora_A.weight"])
      let output = try #require(export.tensors["\(name).lora_B.weight"])
      #expect(input.shape[0] == 3)
      let product =
        Matrix(rows: output.shape[0], columns: output.shape[1], values: output.values)
        * Matrix(rows: input.shape[0], columns: input.shape[1], values: input.values)
      #expect((product - update.update).frobeniusNorm() < 1e-12)
    }
  }

  @Test func `a direction that earlier ones explain is found and folded into them`() throws {
    let policy = try Self.policy(rank: 3)
    let directions = ScaledDirections(policy.factors)
    for task in 0..<3 {
      directions.begin(rank: 1)
      for (index, parameter) in directions.parameters.dropLast(task + 1).enumerated() {
        // The third task has the direction of the first.
        let kind = task == 2 ? 0 : task
        parameter.values.set(
          Matrix(
            rows: parameter.values.rows, columns: parameter.values.columns,
            values: (0..<parameter.values.count).map { sin(Double($0 + 7 * index + 100 * kind)) }))
      }
      directions.write()
      if task == 1 {
        let fit = try #require(try directions.fitted())
        // Two sines out of phase share a part, and are far from parallel.
        #expect(fit.residual > 0.1)
      }
    }
    directions.normalize()
    policy.refresh()
    let before = policy.loss(of: Self.demonstrations)
    let fit = try #require(try directions.fitted())
    #expect(fit.residual < 1e-12)
    #expect(abs(fit.coefficients[0] - 1) < 1e-9 && abs(fit.coefficients[1]) < 1e-9)
    directions.fold(fit.coefficients)
    policy.refresh()
    #expect(directions.magnitudes.count == 2 && directions.rank == 2)
    #expect(abs(policy.loss(of: Self.demonstrations) - before) < 1e-9)
  }
}
