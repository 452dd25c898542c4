import Foundation
import LinearAlgebra
import Systems
import Testing
import Training

/// Against torch's autograd: `Tests/Fixtures/systems/make.py`.
@Suite("Reparameterised factors beside torch") struct GoldenReparameterisationTests {
  private struct Expected: Decodable {
    struct Generator: Decodable { let factors: [[Double]], gradients: [[Double]] }
    struct Directions: Decodable { let inputs: [[Double]], outputs: [[Double]], alphas: [Double] }
    let generator: Generator, directions: Directions
  }

  private static func expected() throws -> Expected {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/systems/expected.json")
    return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
  }

  /// The same in make.py.
  private static func numbers(_ rows: Int, _ columns: Int, _ phase: Double) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { sin(phase + 0.7 * Double($0)) })
  }

  private static func error(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.map(\.magnitude).max() ?? 0
    return (zip(found, expected).map { abs($0 - $1) }.max() ?? 0) / max(scale, 1e-300)
  }

  @Test func `a generator makes torch's factors and torch's gradients`() throws {
    let expected = try Self.expected().generator
    let shapes = [(rows: 2, columns: 3), (rows: 4, columns: 2)]
    var random = SplitMix64(seed: 0)
    let generator = FactorGenerator<Double>(
      rank: 2, shapes: shapes, startsAtZero: false, using: &random)
    let phases = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.6, 1.7]
    for (view, phase) in zip(generator.parameters, phases) {
      view.set(Self.numbers(view.rows, view.columns, phase))
    }
    let factors = shapes.map { MatrixView<Double>(rows: $0.rows, columns: $0.columns) }
    generator.write(factors)
    for (factor, expected) in zip(factors, expected.factors) {
      #expect(Self.error(factor.values, expected) < 1e-13)
    }
    generator.propagate(
      shapes.enumerated().map { index, shape in
        MatrixView(Self.numbers(shape.rows, shape.columns, 2 + Double(index)))
      })
    for (gradient, expected) in zip(generator.gradients, expected.gradients) {
      #expect(Self.error(gradient.values, expected) < 1e-12)
    }
  }

  @Test func `the gradients of directions and magnitudes are torch's`() throws {
    let expected = try Self.expected().directions
    let shapes = [(rows: 4, columns: 5), (rows: 3, columns: 4)]
    let modules = shapes.enumerated().map { index, shape in
      FactorViews<Double>(
        module: "m\(index)", input: MatrixView(rows: 3, columns: shape.columns),
        inputGradient: MatrixView(rows: 3, columns: shape.columns),
        output: MatrixView(rows: shape.rows, columns: 3),
        outputGradient: MatrixView(rows: shape.rows, columns: 3))
    }
    let directions = ScaledDirections(modules)
    // Two tasks of rank 2 and 1. The second begins while the first is zero, so that nothing is rescaled.
    for (task, rank) in [2, 1].enumerated() {
      directions.begin(rank: rank)
      for (index, shape) in shapes.enumerated() {
        let (m, t) = (Double(index), Double(task))
        directions.parameters[2 * index].values
          .set(Self.numbers(rank, shape.columns, 0.1 + m + 0.3 * t))
        directions.parameters[2 * index + 1].values
          .set(Self.numbers(shape.rows, rank, 0.2 + m + 0.5 * t))
      }
      if task == 0 { directions.normalize() }
    }
    // Whatever the first direction was divided by is in its magnitude now.
    let factor = directions.magnitudes[0] / 0.8
    let alphas = directions.parameters.suffix(2)
    alphas.first?.values.fill(1.3 * factor)
    directions.write()
    for (index, shape) in shapes.enumerated() {
      // The gradient of the sum of fixed multiples of BA.
      let fixed = Self.numbers(shape.rows, shape.columns, 3 + Double(index))
      modules[index].inputGradient.set(modules[index].output.matrix.transposed() * fixed)
      modules[index].outputGradient.set(fixed * modules[index].input.matrix.transposed())
    }
    let found = directions.gradients()
    for index in shapes.indices {
      #expect(Self.error(found[2 * index].values, expected.inputs[index]) < 1e-13)
      #expect(Self.error(found[2 * index + 1].values, expected.outputs[index]) < 1e-13)
    }
    let slopes = [found[4][0, 0] * factor, found[5][0, 0]]
    #expect(Self.error(slopes, expected.alphas) < 1e-13)
  }
}
