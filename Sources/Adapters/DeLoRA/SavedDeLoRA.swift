package import LinearAlgebra

/// A saved DeLoRA; its update is factored.
package struct SavedDeLoRA: Adapter {
  package typealias Method = DeLoRA
  package static let parameterNames = [
    DeLoRA.inputFactor, DeLoRA.outputFactor, DeLoRA.strength, DeLoRA.baseNorms,
  ]
  package static let factorNames = parameterNames

  package let resolved: ResolvedModule
  private let pair: FactorPair

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let down = try reader.matrix(DeLoRA.inputFactor, rows: nil, columns: nil)
    let up = try reader.matrix(DeLoRA.outputFactor, rows: nil, columns: down.rows)
    if down.rows == 0 { throw .zeroRank(module: settings.module) }
    let strength = try reader.vector(DeLoRA.strength, count: 1)[0]
    let baseNorms = try reader.vector(DeLoRA.baseNorms, count: down.columns)
    let norms = zip(down.rowNorms(), up.columnNorms()).map {
      max($0, DeLoRA.smallestNorm) * max($1, DeLoRA.smallestNorm)
    }
    let scales = norms.map { strength / Double(down.rows) / $0 }
    pair = FactorPair(
      input: down.scalingColumns(by: baseNorms), output: up.scalingColumns(by: scales),
      transposed: settings.isTransposed)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: down.rows, alpha: nil, scale: 1)
  }

  package var shape: MatrixShape? { pair.shape }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return .product(pair.output, pair.input)
  }
}
