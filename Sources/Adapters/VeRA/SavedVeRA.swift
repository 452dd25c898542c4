package import LinearAlgebra

/// A saved VeRA. Projections that were not saved are drawn again from the seed of the configuration, in
/// the size of the largest adapted module in each dimension.
package struct SavedVeRA: Adapter {
  package typealias Method = VeRA
  package static let parameterNames = [VeRA.outputScale, VeRA.innerScale]
  package static let factorNames = parameterNames
  package static let sharedParameterNames = [VeRA.inputProjection, VeRA.outputProjection]

  package let resolved: ResolvedModule
  private let settings: ModuleSettings
  private let outputScales: [Double]
  private let innerScales: [Double]
  private let down: Matrix
  private let up: Matrix

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    outputScales = try reader.vector(VeRA.outputScale, count: nil)
    innerScales = try reader.vector(VeRA.innerScale, count: nil)
    down = try reader.matrix(VeRA.inputProjection, rows: innerScales.count, columns: nil)
    up = try reader.matrix(VeRA.outputProjection, rows: nil, columns: innerScales.count)
    guard up.rows >= outputScales.count else {
      throw .parameterShape(
        module: settings.module, parameter: VeRA.outputProjection, found: [up.rows, up.columns],
        expected: [outputScales.count, innerScales.count])
    }
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: innerScales.count, alpha: nil, scale: 1)
  }

  package static func replayedParameters(
    shapes: [MatrixShape], configuration: AdapterConfiguration
  ) -> [String: Tensor] {
    VeRA.projections(
      rank: configuration.rank, shapes: shapes, seed: configuration.veRA.seed)
  }

  /// Nil, because a module may have fewer inputs than the shared projection has columns.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    let (outputs, inputs) = features(of: base)
    guard outputs == outputScales.count, inputs <= down.columns else {
      let logical = MatrixShape(
        rows: outputScales.count, columns: min(inputs, down.columns))
      throw .baseShape(
        module: settings.module, update: logical,
        base: MatrixShape(rows: outputs, columns: inputs))
    }
  }

  private var isTransposed: Bool { settings.layout == .inByOut }

  private func features(of base: MatrixShape) -> (outputs: Int, inputs: Int) {
    isTransposed ? (base.columns, base.rows) : (base.rows, base.columns)
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    let (outputs, inputs) = features(of: base.matrixShape)
    let pair = FactorPair(
      input: down.columnSlice(0..<inputs).scalingRows(by: innerScales),
      output: up.rowSlice(0..<outputs).scalingRows(by: outputScales), transposed: isTransposed)
    return .product(pair.output, pair.input)
  }
}
