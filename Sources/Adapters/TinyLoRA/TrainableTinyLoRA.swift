package import LinearAlgebra

/// Trains TinyLoRA: the numbers v alone, which start at 0. Modules of a group train one v together.
///
/// With gM = Bᵀ·gW·Aᵀ: gvᵢ = ⟨gM, Pᵢ⟩. The projections are those that PEFT draws from the seed plus the module's number
/// with PyTorch's generator; they are saved as well.
package struct TrainableTinyLoRA: TrainableAdapter {
  package typealias Method = TinyLoRA
  package static let profile = MethodProfile(
    .rank, formula: "W + Uᵣ√Σᵣ·(Σ vᵢPᵢ)·√ΣᵣVᵣᵀ, P random, v shared", trained: "u, once a group",
    cost: "4mnr + 4nr² + 4ur²")
  package static let targets = AdapterTargets.linear
  package let module: AdaptedModule
  private let path: PrincipalPath
  private let count: Int
  /// The module's number, counted in the order of the model, and its group.
  private let number: Int, group: Int
  private let seed: UInt64

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try PrincipalPath(module: module, rank: options.rank, scale: 1)
    guard options.vectorSize >= 1, (0...1).contains(options.weightTying) else {
      throw .vectorOptions(size: options.vectorSize, tying: options.weightTying)
    }
    self.module = module
    count = options.vectorSize
    number = options.moduleNames.firstIndex(of: module.name) ?? 0
    group = TinyLoRA.group(
      ofModule: number, of: max(options.moduleNames.count, 1), tying: options.weightTying)
    seed = options.projectionSeed
  }

  /// v, A, B and the projections, each as a row.
  package var parameters: [ParameterShape] {
    let (rank, shape) = (path.rank, module.shape)
    return [
      ParameterShape(
        name: TinyLoRA.vectorPrefix + String(group), rows: 1, columns: count, savedShape: [count],
        isShared: true),
      ParameterShape(
        name: TinyLoRA.inputFactor, rows: rank, columns: shape.columns, isTrained: false),
      ParameterShape(
        name: TinyLoRA.outputFactor, rows: shape.rows, columns: rank, isTrained: false),
      ParameterShape(
        name: TinyLoRA.projections, rows: count, columns: rank * rank, isTrained: false,
        savedShape: [count, rank, rank]),
    ]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    let pair = FactorPair(splitting: try path.triplets(of: base.weight), scale: 1)
    let size = path.rank * path.rank
    return AdapterStart(parameters: [
      Matrix(rows: 1, columns: count), pair.input, pair.output,
      Matrix(
        rows: count, columns: size,
        values: TinyLoRA.drawn(count * size, rank: path.rank, module: number, seed: seed)),
    ])
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    workspace.lending([(1, path.rank * path.rank)]) { lent in
      lent[0].multiply(parameters[TinyLoRA.vector], parameters[TinyLoRA.projection])
      path.adapt(
        effective.weight, frozen: frozen.weight,
        middle: lent[0].reshaped(rows: path.rank, columns: path.rank),
        input: parameters[TinyLoRA.input], output: parameters[TinyLoRA.output],
        workspace: workspace)
    }
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    workspace.lending([(1, path.rank * path.rank)]) { lent in
      lent[0].fill(0)
      path.addGradient(
        lent[0].reshaped(rows: path.rank, columns: path.rank), of: output.weight,
        input: parameters[TinyLoRA.input], output: parameters[TinyLoRA.output],
        workspace: workspace)
      gradients[TinyLoRA.vector].multiply(
        lent[0], parameters[TinyLoRA.projection], .transposed, keeping: 1)
    }
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = AdapterConfiguration(peftType: "TINYLORA", modules: modules)
    configuration.rank = options.rank
    configuration.tinyLoRA.seed = options.projectionSeed
    configuration.tinyLoRA.vectorSize = options.vectorSize
    configuration.tinyLoRA.weightTying = options.weightTying
    return configuration
  }
}
