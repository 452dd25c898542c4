import Adapters
import LinearAlgebra
import Testing

@Suite("Training: methods") struct TrainingMethodTests {
  @Test(arguments: TrainingCase.all)
  func `the effective weight of step 0 is the base`(example: TrainingCase) throws {
    let sample = try AdaptedSample(example)
    let effective = sample.effective(sample.start.parameters)
    let size = sample.base.weight.frobeniusNorm() + (sample.start.frozen?.frobeniusNorm() ?? 0)
    #expect(
      (effective.weight - sample.base.weight).frobeniusNorm() <= 100 * Double.ulpOfOne * size)
    #expect(effective.bias?.values == sample.base.bias)
  }

  @Test(arguments: TrainingCase.all)
  func `parameters have the shapes that the method says`(example: TrainingCase) throws {
    let sample = try AdaptedSample(example)
    let shapes = sample.adapter.parameters
    #expect(shapes.map(\.rows) == sample.start.parameters.map(\.rows))
    #expect(shapes.map(\.columns) == sample.start.parameters.map(\.columns))
    #expect(shapes.contains { $0.isTrained })
  }

  /// The effective weight is linear in each single parameter, so central differences are exact for every step size
  /// and only rounding is left.
  @Test(arguments: TrainingCase.all)
  func `gradients are central differences`(example: TrainingCase) throws {
    var sample = try AdaptedSample(example)
    let parameters = sample.perturbed()
    let output = sample.samples.matrix(example.module.shape.rows, example.module.shape.columns)
    let bias = sample.base.bias.map { sample.samples.matrix(1, $0.count) }
    let gradients = sample.gradients(parameters, of: output, bias)
    let norms = directions(sample, parameters)?.rowNorms
    for (index, shape) in sample.adapter.parameters.enumerated() {
      guard shape.isTrained else {
        #expect(gradients[index].values.allSatisfy { $0 == 0 }, "\(shape.name) is frozen")
        continue
      }
      for entry in gradients[index].values.indices {
        let values = [0.5, -0.5].map { step in
          var moved = parameters
          moved[index].values[entry] += step
          return functional(sample, moved, output, bias, constantNorms: norms)
        }
        let found = gradients[index].values[entry]
        #expect(
          abs(values[0] - values[1] - found) <= 1e-11 * (1 + abs(found)), "\(shape.name) \(entry)")
      }
    }
  }

  @Test(arguments: TrainingCase.all)
  func `gradients are added to what is there`(example: TrainingCase) throws {
    var sample = try AdaptedSample(example)
    let parameters = sample.perturbed().map { MatrixView<Double>($0) }
    let output = sample.samples.matrix(example.module.shape.rows, example.module.shape.columns)
    let (frozen, effective) = sample.views(Double.self)
    let workspace = Workspace<Double>()
    let gradients = parameters.map { MatrixView<Double>(rows: $0.rows, columns: $0.columns) }
    sample.adapter.adapt(
      effective, frozen: frozen, parameters: parameters, workspace: workspace)
    var found = [[Matrix]]()
    for _ in 0..<2 {
      sample.adapter.addGradients(
        gradients, output: ModuleViews(weight: MatrixView(output)), effective: effective,
        frozen: frozen, parameters: parameters, workspace: workspace)
      found.append(gradients.map(\.matrix))
    }
    for (once, twice) in zip(found[0], found[1]) {
      #expect((twice - 2 * once).frobeniusNorm() <= rounding(once))
    }
  }

  @Test(arguments: TrainingCase.all)
  func `in single precision the effective weight is the same to rounding`(
    example: TrainingCase
  ) throws {
    var sample = try AdaptedSample(example)
    let parameters = sample.perturbed()
    let (exact, rounded) = (
      sample.effective(parameters), sample.effective(parameters, Float.self)
    )
    let size = exact.weight.frobeniusNorm() + (sample.start.frozen?.frobeniusNorm() ?? 0)
    let bound = 100 * Double(Float.ulpOfOne) * size
    #expect((exact.weight - rounded.weight).frobeniusNorm() <= bound)
  }

  /// ⟨G, W₊⟩ + ⟨g, b₊⟩. DoRA's norms are kept at those of the original parameters.
  private func functional(
    _ sample: AdaptedSample, _ parameters: [Matrix], _ output: Matrix,
    _ bias: Matrix?, constantNorms: [Double]?
  ) -> Double {
    var (weight, offset) = sample.effective(parameters)
    if let constantNorms, let moved = directions(sample, parameters)?.rowNorms {
      weight = Matrix.diagonal(zip(moved, constantNorms).map { $0 / $1 }) * weight
    }
    if bias == nil { offset = nil }
    return output.innerProduct(with: weight)
      + (offset.map { $0.innerProduct(with: bias ?? $0) } ?? 0)
  }

  /// V of DoRA; nil for other methods.
  private func directions(
    _ sample: AdaptedSample, _ parameters: [Matrix]
  ) -> Matrix? {
    guard sample.adapter is TrainableDoRA else { return nil }
    return (sample.start.frozen ?? sample.base.weight)
      + sample.options.scale * (parameters[1] * parameters[0])
  }
}

extension Matrix {
  fileprivate var rowNorms: [Double] {
    (0..<rows).map { rowSlice($0..<$0 + 1).frobeniusNorm() }
  }
}
