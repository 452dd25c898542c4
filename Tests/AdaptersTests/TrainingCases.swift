import Adapters
import LinearAlgebra
import Testing

/// A method with a start, on a module that both fit.
struct TrainingCase: Sendable, CustomTestStringConvertible {
  let choice: AdapterChoice
  let module: AdaptedModule
  let options: AdapterOptions

  var testDescription: String { "\(choice.name) on \(module.name) \(module.shape)" }

  /// Every method, with every start that it takes, on every module of its kind that it accepts.
  static let all: [TrainingCase] = AdapterRegistry.trainable.flatMap { method in
    (method.takesStart ? FactorStartRegistry.all.map { $0.key } : [nil]).flatMap { start in
      modules(for: method).compactMap { module, rank -> TrainingCase? in
        guard let choice = try? AdapterChoice(parsing: method.key, start: start),
          let made = try? choice.adapters(
            for: [module], options: AdapterOptions(rank: rank, alpha: 3))
        else { return nil }
        return TrainingCase(choice: choice, module: module, options: made.options)
      }
    }
  }

  private static func modules(
    for method: any TrainableAdapter.Type
  ) -> [(AdaptedModule, rank: Int)] {
    func linear(_ name: String, _ rows: Int, _ columns: Int, bias: Bool = false) -> AdaptedModule {
      AdaptedModule(
        name: name, shape: MatrixShape(rows: rows, columns: columns), hasBias: bias,
        isFeedForwardOutput: name.hasSuffix("down_proj"))
    }
    if method.targets == .norms {
      return [(linear("norm", 1, 10), 1), (linear("norm", 1, 10, bias: true), 1)]
    }
    return [
      (linear("layers.0.q_proj", 8, 12, bias: true), 4), (linear("layers.0.down_proj", 12, 8), 4),
      (linear("layers.0.v_proj", 7, 9), 2), (linear("layers.0.k_proj", 6, 9), 1),
    ]
  }
}

/// A module with an adapter on it, in memory.
struct AdaptedSample {
  let module: AdaptedModule
  let options: AdapterOptions
  let adapter: any TrainableAdapter
  let base: BaseModule
  let start: AdapterStart
  var samples: Samples

  init(_ example: TrainingCase, seed: UInt64 = 11) throws {
    var samples = Samples(seed: seed)
    module = example.module
    options = example.options
    adapter = try example.choice.method.init(module: module, options: options)
    let (rows, columns) = (module.shape.rows, module.shape.columns)
    let width = example.choice.method.targets == .norms ? columns : rows
    base = BaseModule(
      weight: samples.matrix(rows, columns),
      bias: module.hasBias ? samples.matrix(1, width).values : nil)
    let calibration = Calibration(
      inputs: samples.matrix(3 * columns, columns), weightGradient: samples.matrix(rows, columns))
    var generator = SplitMix64(seed: seed + 1)
    start = try adapter.start(base: base, using: &generator, calibration: calibration)
    self.samples = samples
  }

  /// Parameters away from the start, where no gradient vanishes.
  mutating func perturbed() -> [Matrix] {
    zip(adapter.parameters, start.parameters).map { shape, value in
      shape.isTrained || shape.isChosen
        ? value + 0.3 * samples.matrix(shape.rows, shape.columns) : value
    }
  }

  /// The frozen weight and bias, and a copy for the effective ones.
  func views<Element: DenseScalar>(
    _ type: Element.Type
  ) -> (frozen: ModuleViews<Element>, effective: ModuleViews<Element>) {
    func make() -> ModuleViews<Element> {
      ModuleViews(
        weight: MatrixView(start.frozen ?? base.weight),
        bias: base.bias.map { MatrixView(Matrix(rows: 1, columns: $0.count, values: $0)) })
    }
    return (make(), make())
  }

  func effective<Element: DenseScalar>(
    _ parameters: [Matrix], _ type: Element.Type
  ) -> (weight: Matrix, bias: Matrix?) {
    let (frozen, effective) = views(type)
    adapter.adapt(
      effective, frozen: frozen, parameters: parameters.map { MatrixView($0) },
      workspace: Workspace())
    return (effective.weight.matrix, effective.bias?.matrix)
  }

  func effective(_ parameters: [Matrix]) -> (weight: Matrix, bias: Matrix?) {
    effective(parameters, Double.self)
  }

  func gradients(
    _ parameters: [Matrix], of output: Matrix, _ bias: Matrix?
  ) -> [Matrix] {
    let (frozen, effective) = views(Double.self)
    let (views, workspace) = (parameters.map { MatrixView<Double>($0) }, Workspace<Double>())
    adapter.adapt(effective, frozen: frozen, parameters: views, workspace: workspace)
    let gradients = views.map { MatrixView<Double>(rows: $0.rows, columns: $0.columns) }
    adapter.addGradients(
      gradients,
      output: ModuleViews(weight: MatrixView(output), bias: bias.map { MatrixView($0) }),
      effective: effective, frozen: frozen, parameters: views, workspace: workspace)
    return gradients.map(\.matrix)
  }

  func trained(_ parameters: [Matrix]) -> TrainedModule {
    TrainedModule(
      adapter: adapter, module: module, parameters: parameters, initial: start.parameters)
  }
}
