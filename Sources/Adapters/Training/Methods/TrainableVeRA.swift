public import LinearAlgebra

/// VeRA: W₊ = W + (λ_b ∘ B[:out])·(λ_d ∘ A[:, :in]), the projections A and B shared and frozen.
///
/// With T = gW·Aᵀ: gλ_bᵢ = Σⱼ Tᵢⱼ Bᵢⱼ λ_dⱼ, gλ_dⱼ = Σᵢ λ_bᵢ Bᵢⱼ Tᵢⱼ. λ_b starts at 0, λ_d at 0.1. The
/// projections are those that PyTorch's generator gives PEFT for the seed, and are saved all the same.
/// Every module draws them anew, so that their size, ``AdapterOptions/largestShape``, must be that of
/// all modules.
///
/// **Source:** Kopiczko, Blankevoort, Asano, "VeRA: vector-based random matrix adaptation", 2023,
/// arXiv 2310.11454, equation 2.
public struct TrainableVeRA: TrainableAdapter {
  public static let key = "vera"
  public static let summary = "two trained vectors on random projections that all modules share"
  public static let targets = AdapterTargets.linear
  /// PEFT's `d_initial`.
  public static let initialScale = 0.1
  private let module: AdaptedModule
  private let rank: Int
  private let projection: MatrixShape
  private let seed: UInt64

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
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
  public var parameters: [ParameterShape] {
    let outputs = module.shape.rows
    return [
      ParameterShape(name: "vera_lambda_b", rows: 1, columns: outputs, savedShape: [outputs]),
      ParameterShape(name: "vera_lambda_d", rows: 1, columns: rank, savedShape: [rank]),
      ParameterShape(
        name: "vera_A", rows: rank, columns: module.shape.columns, isTrained: false,
        isShared: true),
      ParameterShape(
        name: "vera_B", rows: outputs, columns: rank, isTrained: false, isShared: true),
    ]
  }

  public func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    var configuration = AdapterConfiguration(peftType: "VERA")
    configuration.rank = rank
    configuration.veRA.seed = seed
    let drawn = VeRA.replayedParameters(shapes: [projection], configuration: configuration)
    let shared = try SavedParameters.matrices(
      Array(parameters[2...]), from: drawn, module: module.name)
    return AdapterStart(
      parameters: [
        Matrix(rows: 1, columns: module.shape.rows),
        Matrix(rows: 1, columns: rank, repeating: Self.initialScale),
      ] + shared)
  }

  public func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    effective.weight.copy(frozen.weight)
    workspace.lending([(module.shape.rows, rank)]) { lent in
      lent[0].setScalingColumns(of: parameters[3], by: parameters[1])
      lent[0].setScalingRows(of: lent[0], by: parameters[0])
      effective.weight.multiply(lent[0], .asStored, parameters[2], keeping: 1)
    }
  }

  public func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    let size = (module.shape.rows, rank)
    workspace.lending([size, size]) { lent in
      lent[0].multiply(output.weight, .asStored, parameters[2], .transposed)
      lent[1].setScalingColumns(of: parameters[3], by: parameters[1])
      gradients[0].addRowDots(lent[0], lent[1])
      lent[1].setScalingRows(of: parameters[3], by: parameters[0])
      gradients[1].addColumnDots(lent[0], lent[1])
    }
  }

  public static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = AdapterConfiguration(peftType: "VERA", modules: modules)
    configuration.rank = options.rank
    configuration.veRA.seed = options.projectionSeed
    configuration.veRA.initialScale = initialScale
    return configuration
  }

  public func restore(
    _ tensors: [String: Tensor]
  ) throws(AdapterError) -> RestoredParameters {
    RestoredParameters(
      parameters: try SavedParameters.matrices(parameters, from: tensors, module: module.name))
  }
}
