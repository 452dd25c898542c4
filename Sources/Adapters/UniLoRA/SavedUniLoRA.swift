package import LinearAlgebra

/// A saved Uni-LoRA with its places and scales; its update is factored.
package struct SavedUniLoRA: Adapter {
  package typealias Method = UniLoRA
  package static let parameterNames = [
    UniLoRA.inputPlaces, UniLoRA.outputPlaces, UniLoRA.inputScales, UniLoRA.outputScales,
  ]
  package static let sharedParameterNames = [UniLoRA.vector]

  package let resolved: ResolvedModule
  private let pair: FactorPair

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let vector = try reader.vector(UniLoRA.vector, count: nil)
    let down = try Self.factor(
      vector, places: UniLoRA.inputPlaces, scales: UniLoRA.inputScales, rank: nil, reader)
    let up = try Self.factor(
      vector, places: UniLoRA.outputPlaces, scales: UniLoRA.outputScales, rank: down.rows, reader)
    if down.rows == 0 { throw .zeroRank(module: settings.module) }
    pair = FactorPair(input: down, output: up, transposed: settings.isTransposed)
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: down.rows, alpha: nil, scale: 1)
  }

  private static func factor(
    _ vector: [Double], places: String, scales: String, rank: Int?, _ reader: ParameterReader
  ) throws(AdapterError) -> Matrix {
    let scales = try reader.matrix(scales, rows: nil, columns: rank)
    let positions = try reader.positions(places, shape: [scales.rows, scales.columns])
    try positions.check(below: vector.count)
    return Matrix(
      rows: scales.rows, columns: scales.columns,
      values: zip(positions.values, scales.values).map { vector[$0] * $1 })
  }

  package var shape: MatrixShape? { pair.shape }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return .product(pair.output, pair.input)
  }
}
