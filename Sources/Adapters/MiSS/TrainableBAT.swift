package import LinearAlgebra

/// Trains BAT, the form of MiSS that depends on the weight: W₊[o, c] = W[o, c] + W[o, c]·D[o] + D[o] for each
/// r × r block of W.
///
/// gD[o] = Σ_c (W[o, c]ᵀ·gW[o, c] + gW[o, c]). The rank must divide both sizes. D starts at zero.
package struct TrainableBAT: TrainableAdapter {
  package typealias Method = MiSS
  package static let profile = MethodProfile(
    .rank, formula: "W_b + W_b·D + D for each r × r block W_b", trained: "rm", cost: "4mnr + 2mn")
  package static let key = "bat"
  package static let summary = "MiSS whose shared blocks multiply those of the weight"
  package static let targets = AdapterTargets.linear
  package let module: AdaptedModule
  private let rank: Int

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    try module.checkRank(options.rank)
    for size in [module.shape.rows, module.shape.columns] where !size.isMultiple(of: options.rank) {
      throw .rankDoesNotDivide(module: module.name, size: size, rank: options.rank)
    }
    self.module = module
    rank = options.rank
  }

  /// The blocks D[o], one below the other.
  package var parameters: [ParameterShape] {
    let outputs = module.shape.rows
    return [
      ParameterShape(
        name: MiSS.block, rows: outputs, columns: rank, savedShape: [outputs / rank, rank, rank])
    ]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    AdapterStart(parameters: [Matrix(rows: module.shape.rows, columns: rank)])
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    effective.weight.copy(frozen.weight)
    for band in bands {
      let (weight, block) = (effective.weight.rows(band), parameters[0].rows(band))
      tiled(weight).multiply(tiled(frozen.weight.rows(band)), .asStored, block, keeping: 1)
      for shard in shards { weight.columns(shard).add(block) }
    }
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    for band in bands {
      let (gradient, own) = (output.weight.rows(band), gradients[0].rows(band))
      own.multiply(
        tiled(frozen.weight.rows(band)), .transposed, tiled(gradient), .asStored, keeping: 1)
      for shard in shards { own.add(gradient.columns(shard)) }
    }
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = AdapterConfiguration(peftType: "MISS", modules: modules)
    configuration.rank = options.rank
    configuration.miSS.mode = .bat
    return configuration
  }

  /// Read in order, r rows of a weight form r · (in/r) rows of r columns: one product covers all blocks.
  private func tiled<Element>(_ band: MatrixView<Element>) -> MatrixView<Element> {
    band.reshaped(rows: band.count / rank, columns: rank)
  }

  private var bands: [Range<Int>] { blocks(of: module.shape.rows) }
  private var shards: [Range<Int>] { blocks(of: module.shape.columns) }

  private func blocks(of size: Int) -> [Range<Int>] {
    stride(from: 0, to: size, by: rank).map { $0..<$0 + rank }
  }
}
