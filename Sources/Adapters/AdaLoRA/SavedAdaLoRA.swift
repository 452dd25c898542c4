package import LinearAlgebra

/// A saved AdaLoRA: ΔW = κ·B·diag(E)·A over the triplets that were not pruned.
///
/// If all triplets were pruned, ΔW is zero. An α of 0 or less counts as r₀.
package struct SavedAdaLoRA: Adapter {
  package typealias Method = AdaLoRA
  package static let parameterNames = AdaLoRA.names
  package static let factorNames = AdaLoRA.names

  package let resolved: ResolvedModule
  private let pair: FactorPair

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let options = settings.configuration.adaLoRA
    let down = try reader.matrix(AdaLoRA.inputFactor, rows: nil, columns: nil)
    let up = try reader.matrix(AdaLoRA.outputFactor, rows: nil, columns: down.rows)
    let gates = try reader.tensor(AdaLoRA.gate, shape: [down.rows, 1]).values
    let pattern = options.rankPattern?[AdaLoRA.patternKey(of: settings.module)]
    if let kept = pattern?.count(where: { $0 }), kept != down.rows {
      throw .prunedRank(module: settings.module, kept: kept, found: down.rows)
    }
    let alpha = settings.alpha > 0 ? settings.alpha : Double(options.initialRank)
    let scale = AdaLoRA.scale(alpha: alpha, initialRank: options.initialRank)
    pair = FactorPair(
      input: down, output: up.scalingColumns(by: gates.map { scale * $0 }),
      transposed: settings.layout == .inByOut)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: down.rows, alpha: alpha, scale: scale)
  }

  package var shape: MatrixShape? { pair.shape }

  package func workspace(for base: MatrixShape) -> Int { 0 }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return .product(pair.output, pair.input)
  }
}
