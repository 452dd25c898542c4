import Foundation
import LinearAlgebra
import Testing
import Training

/// Against torch and transformers: `Tests/Fixtures/training/optimizers/make.py`.
@Suite("Optimisers") struct OptimizerTests {
  struct Expected: Decodable {
    struct Clipped: Decodable {
      let norm: Double
      let gradients: [[Double]]
    }
    let adamw: [[Double]], sgd: [[Double]], muon: [[Double]], gasd: [[Double]]
    let constant: [Double], linear: [Double], cosine: [Double]
    let clipped: Clipped
  }

  static let shapes = [(4, 3), (1, 5), (3, 6)]

  static func expected() throws -> Expected {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .appendingPathComponent("Fixtures/training/optimizers/expected.json")
    return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
  }

  static func parameters() -> [MatrixView<Double>] {
    shapes.enumerated().map { number, shape in
      MatrixView(
        Matrix(
          rows: shape.0, columns: shape.1,
          values: (0..<shape.0 * shape.1).map { sin(Double($0 + number)) }))
    }
  }

  static func gradients(_ parameters: [MatrixView<Double>], step: Int) -> [MatrixView<Double>] {
    parameters.enumerated().map { number, view in
      MatrixView(
        Matrix(
          rows: view.rows, columns: view.columns,
          values: view.values.map {
            cos(3 * $0 + Double(number) + 0.1 * Double(step)) * (1 + 0.05 * Double(step))
          }))
    }
  }

  static func run(_ choice: OptimizerChoice) -> [MatrixView<Double>] {
    let parameters = parameters()
    let optimizer = choice.optimizer(
      of: parameters.enumerated().map { OptimizedParameter(name: "p\($0)", values: $1) })
    for step in 0..<20 {
      optimizer.step(gradients: gradients(parameters, step: step), rate: 0.03)
    }
    return parameters
  }

  /// The same operations in another order, amplified by twenty steps of a gradient of slope three.
  static let tolerance = 1e-12

  static func expectEqual(_ found: [MatrixView<Double>], _ expected: [[Double]], _ bound: Double) {
    for (view, values) in zip(found, expected) {
      for (a, b) in zip(view.values, values) { #expect(abs(a - b) <= bound) }
    }
  }

  @Test func `AdamW takes torch's steps`() throws {
    let options = AdamWOptions(beta1: 0.8, beta2: 0.95, epsilon: 1e-4, decay: 0.2)
    Self.expectEqual(Self.run(.adamW(options)), try Self.expected().adamw, Self.tolerance)
  }

  @Test func `SGD takes torch's steps`() throws {
    Self.expectEqual(
      Self.run(.sgd(momentum: 0.9, decay: 0.2)), try Self.expected().sgd, Self.tolerance)
  }

  @Test func `Muon takes torch's steps`() throws {
    // torch makes matrices orthogonal in bfloat16: steps of 0.03 differ by its 2⁻⁸, twenty times.
    Self.expectEqual(
      Self.run(.muon(momentum: 0.9, decay: 0.2)), try Self.expected().muon, 20 * 0.03 * 0.02)
  }

  @Test func `GASD takes the steps of torch's Muon, preconditioned by a direct solution`() throws {
    // As for Muon: torch's matrices are orthogonal to bfloat16's 2⁻⁸.
    Self.expectEqual(
      Self.run(.gasd(momentum: 0.9, decay: 0.2)), try Self.expected().gasd, 20 * 0.03 * 0.02)
  }

  @Test func `GASD's step, multiplied by WWᵀ + εI, is Muon's, and as long`() throws {
    func step(_ choice: OptimizerChoice) -> [Matrix] {
      let parameters = Self.parameters()
      let start = parameters.map(\.matrix)
      choice.optimizer(
        of: parameters.enumerated().map { OptimizedParameter(name: "p\($0)", values: $1) }
      ).step(gradients: Self.gradients(parameters, step: 0), rate: 1)
      return zip(parameters, start).map { $0.matrix - $1 }
    }
    let (turned, plain) = (
      step(.gasd(momentum: 0.9, decay: 0)), step(.muon(momentum: 0.9, decay: 0))
    )
    for (weight, (step, muon)) in zip(Self.parameters().map(\.matrix), zip(turned, plain)) {
      let floor = weight.innerProduct(with: weight) / Double(min(weight.rows, weight.columns))
      let back =
        weight * (weight.transposed() * step) + floor * step
      let cosine =
        back.innerProduct(with: muon) / (back.frobeniusNorm() * muon.frobeniusNorm())
      // Ten steps of conjugate gradients solve four unknowns exactly; what is left is rounding.
      #expect(abs(cosine - 1) < 1e-12)
      #expect(abs(step.frobeniusNorm() - muon.frobeniusNorm()) < 1e-12)
    }
    // A matrix with one row has one direction on that side: nothing to avoid.
    #expect((turned[1] - plain[1]).frobeniusNorm() < 1e-12)
    #expect((turned[0] - plain[0]).frobeniusNorm() > 0.1)
  }

  @Test(arguments: ["lora", "ia3"])
  func `GASD needs a method that trains the weights themselves`(method: String) throws {
    var settings = TrainingSettings.default
    settings.optimizer = .gasd
    settings.adapter = method
    let error = TrainingError.noWeightToAvoid(optimizer: "gasd", method: method)
    #expect(throws: error) { try RunSpecification(settings) }
    #expect("\(error)".hasSuffix("--optimizer gasd needs --adapter full"))
    settings.adapter = "full"
    #expect(try RunSpecification(settings).options.optimizer == .gasd(momentum: 0.9, decay: 0))
  }

  @Test func `a weight of zeros takes Muon's step`() {
    func end(_ choice: OptimizerChoice) -> Matrix {
      let view = MatrixView<Double>(rows: 2, columns: 3)
      let gradient = MatrixView<Double>(rows: 2, columns: 3)
      gradient[1, 2] = 1
      choice.optimizer(of: [OptimizedParameter(name: "p", values: view)])
        .step(gradients: [gradient], rate: 0.5)
      return view.matrix
    }
    #expect(end(.gasd(momentum: 0.9, decay: 0)) == end(.muon(momentum: 0.9, decay: 0)))
  }

  @Test func `parameters learn at their own rates`() {
    let views = [MatrixView<Double>(rows: 1, columns: 1), MatrixView<Double>(rows: 1, columns: 1)]
    let optimizer = OptimizerChoice.sgd(momentum: 0, decay: 0).optimizer(of: [
      OptimizedParameter(name: "a", values: views[0]),
      OptimizedParameter(name: "b", values: views[1], rateFactor: 16),
    ])
    let one = MatrixView<Double>(rows: 1, columns: 1)
    one.fill(1)
    optimizer.step(gradients: [one, one], rate: 0.5)
    #expect(views[0][0, 0] == -0.5 && views[1][0, 0] == -8)
  }

  @Test func `schedules are those of transformers`() throws {
    let expected = try Self.expected()
    for (schedule, values) in [
      (Schedule.constant(warmup: 4), expected.constant),
      (.linear(warmup: 4, steps: 16), expected.linear),
      (.cosine(warmup: 4, steps: 20, floor: 0.1), expected.cosine),
    ] {
      for (step, value) in values.enumerated() {
        #expect(abs(schedule.factor(at: step) - value) <= 1e-15)
      }
    }
  }

  @Test func `clipping is torch's`() throws {
    let expected = try Self.expected().clipped
    let gradients = Self.gradients(Self.parameters(), step: 0)
    let norm = GradientClipping.clip(gradients, to: 0.7)
    #expect(abs(norm - expected.norm) <= 1e-14)
    Self.expectEqual(gradients, expected.gradients, 1e-15)
  }

  /// A factor that is added to one less one loses the digits that it has in common with one.
  @Test(arguments: [1e3, 1e6, 1e12]) func `a gradient is clipped to all its digits`(size: Float) {
    let view = MatrixView<Float>(rows: 1, columns: 2)
    view[0, 0] = 3 * size
    view[0, 1] = 4 * size
    let norm = GradientClipping.clip([view], to: 1)
    #expect(abs(norm / (5 * Double(size)) - 1) <= 1e-6)
    #expect(abs(view[0, 0] - 0.6) <= 1e-6 && abs(view[0, 1] - 0.8) <= 1e-6)
  }

  @Test func `a gradient that is not finite is told by its norm, and not scaled`() {
    let view = MatrixView<Double>(rows: 1, columns: 2)
    view[0, 0] = .nan
    view[0, 1] = 5
    #expect(GradientClipping.clip([view], to: 1).isNaN)
    #expect(view[0, 1] == 5)
  }
}
