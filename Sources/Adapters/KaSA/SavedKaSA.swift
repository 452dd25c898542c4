package import LinearAlgebra

/// A saved KaSA: ΔW = s·B·diag(d)·A − Σ σᵢuᵢvᵢᵀ over the r smallest triplets of W; factored, of rank 2r.
package struct SavedKaSA: Adapter {
  package typealias Method = KaSA
  package static let parameterNames = LoRA.factors + [KaSA.values]
  package static let factorNames = LoRA.factors

  package let resolved: ResolvedModule
  private let pair: FactorPair

  package static func describes(_ parameters: Set<String>, settings: ModuleSettings) -> Bool {
    parameters.contains(KaSA.values)
  }

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let factors = try SavedFactors(reader, settings: settings)
    let values = try reader.vector(KaSA.values, count: factors.rank)
    pair = FactorPair(
      input: factors.pair.input, output: factors.pair.output.scalingColumns(by: values))
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: factors.rank, alpha: settings.alpha,
      scale: factors.scale)
  }

  package var shape: MatrixShape? { pair.shape }

  package var needsBase: Bool { true }

  package func check(against base: MatrixShape) throws(AdapterError) {
    if pair.shape != base {
      throw .baseShape(module: resolved.module, update: pair.shape, base: base)
    }
    let (rank, limit) = (pair.input.rows, min(base.rows, base.columns) - 1)
    if rank > limit { throw .rank(module: resolved.module, rank: rank, limit: limit) }
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    let removed = try SingularTriplets(of: base.matrix()).trailing(pair.input.rows)
    let both = pair.subtracting(
      FactorPair(
        input: removed.right, output: removed.left.scalingColumns(by: removed.values)))
    return .product(both.output, both.input)
  }
}
