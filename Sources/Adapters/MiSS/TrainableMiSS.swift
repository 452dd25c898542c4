package import LinearAlgebra

/// Trains MiSS: W₊[o, j] = W[o, j] + D[j mod r, o]. Every shard of r inputs shares one block D.
///
/// gD[i, o] = Σ gW[o, j] over all j with j mod r = i. The last shard may be shorter. D starts at zero.
package struct TrainableMiSS: TrainableAdapter {
  package typealias Method = MiSS
  package static let profile = MethodProfile(
    .rank, formula: "W + [Dᵀ Dᵀ …], D shared by blocks of r inputs", trained: "rm", cost: "2mn")
  package static let targets = AdapterTargets.linear
  package let module: AdaptedModule
  private let rank: Int

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    try module.checkRank(options.rank, limit: module.shape.columns)
    self.module = module
    rank = options.rank
  }

  package var parameters: [ParameterShape] {
    [ParameterShape(name: MiSS.block, rows: rank, columns: module.shape.rows)]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    AdapterStart(parameters: [Matrix(rows: rank, columns: module.shape.rows)])
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    effective.weight.copy(frozen.weight)
    workspace.lending([(module.shape.rows, rank)]) { lent in
      lent[0].fill(0)
      lent[0].addTransposed(parameters[0])
      for shard in shards { effective.weight.columns(shard).add(lent[0].columns(0..<shard.count)) }
    }
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    workspace.lending([(module.shape.rows, rank)]) { lent in
      lent[0].fill(0)
      for shard in shards { lent[0].columns(0..<shard.count).add(output.weight.columns(shard)) }
      gradients[0].addTransposed(lent[0])
    }
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = AdapterConfiguration(peftType: "MISS", modules: modules)
    configuration.rank = options.rank
    return configuration
  }

  private var shards: [Range<Int>] {
    let width = module.shape.columns
    return stride(from: 0, to: width, by: rank).map { $0..<min($0 + rank, width) }
  }
}
