package import LinearAlgebra

/// Trains VeRA: the projections A and B are shared and frozen.
///
/// With T = gW·Aᵀ: gλ_bᵢ = Σⱼ Tᵢⱼ Bᵢⱼ λ_dⱼ, gλ_dⱼ = Σᵢ λ_bᵢ Bᵢⱼ Tᵢⱼ. λ_b starts at 0, λ_d at 0.1. The
/// projections are those that PEFT draws from the seed with PyTorch's generator; they are saved as well.
/// Every module draws them again, so ``AdapterOptions/largestShape`` must be the same for all modules.
package struct TrainableVeRA: TrainableAdapter {
  package typealias Method = VeRA
  package static let profile = MethodProfile(
    .rank, formula: "W + diag(b)·B·diag(d)·A, B and A random and shared", trained: "m + r",
    cost: "4mnr")
  package static let targets = AdapterTargets.linear
  /// PEFT's `d_initial`.
  package static let initialScale = 0.1
  package let module: AdaptedModule
  private let rank: Int
  private let projection: MatrixShape
  private let seed: UInt64

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    let projection = options.largestShape ?? module.shape
    guard projection.rows >= module.shape.rows, projection.columns >= module.shape.columns else {
      throw .projectionTooSmall(module: module.name, shape: module.shape, projection: projection)
    }
    try module.checkRank(options.rank, limit: max(projection.rows, projection.columns))
    self.module = module
    self.projection = projection
    rank = options.rank
    seed = options.projectionSeed
  }

  /// λ_b, λ_d, and the module's part of A and B.
  package var parameters: [ParameterShape] {
    let outputs = module.shape.rows
    return [
      ParameterShape(name: VeRA.outputScale, rows: 1, columns: outputs, savedShape: [outputs]),
      ParameterShape(name: VeRA.innerScale, rows: 1, columns: rank, savedShape: [rank]),
      ParameterShape(
        name: VeRA.inputProjection, rows: rank, columns: module.shape.columns, isTrained: false,
        isShared: true),
      ParameterShape(
        name: VeRA.outputProjection, rows: outputs, columns: rank, isTrained: false, isShared: true),
    ]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    let drawn = VeRA.projections(rank: rank, shapes: [projection], seed: seed)
    let shared = try SavedParameters.matrices(
      parameters.filter(\.isShared), from: drawn, module: module.name)
    return AdapterStart(
      parameters: [
        Matrix(rows: 1, columns: module.shape.rows),
        Matrix(rows: 1, columns: rank, repeating: Self.initialScale),
      ] + shared)
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    effective.weight.copy(frozen.weight)
    workspace.lending([(module.shape.rows, rank)]) { lent in
      lent[0].setScalingColumns(of: parameters[VeRA.output], by: parameters[VeRA.innerScales])
      lent[0].setScalingRows(of: lent[0], by: parameters[VeRA.outputScales])
      effective.weight.multiply(lent[0], .asStored, parameters[VeRA.input], keeping: 1)
    }
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    let size = (module.shape.rows, rank)
    workspace.lending([size, size]) { lent in
      lent[0].multiply(output.weight, .asStored, parameters[VeRA.input], .transposed)
      lent[1].setScalingColumns(of: parameters[VeRA.output], by: parameters[VeRA.innerScales])
      gradients[VeRA.outputScales].addRowDots(lent[0], lent[1])
      lent[1].setScalingRows(of: parameters[VeRA.output], by: parameters[VeRA.outputScales])
      gradients[VeRA.innerScales].addColumnDots(lent[0], lent[1])
    }
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = AdapterConfiguration(peftType: "VERA", modules: modules)
    configuration.rank = options.rank
    configuration.veRA.seed = options.projectionSeed
    configuration.veRA.initialScale = initialScale
    return configuration
  }
}
