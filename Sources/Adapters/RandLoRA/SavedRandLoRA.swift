package import LinearAlgebra

/// A saved RandLoRA. Bases that were not saved are drawn again from the seed of the configuration.
package struct SavedRandLoRA: Adapter {
  package typealias Method = RandLoRA
  package static let parameterNames =
    [RandLoRA.baseScale, RandLoRA.featureScale] + sharedParameterNames
  package static let factorNames = [RandLoRA.baseScale, RandLoRA.featureScale]
  package static let sharedParameterNames = [RandLoRA.inputBasis, RandLoRA.outputBasis]

  package let resolved: ResolvedModule
  /// r × n.
  private let baseScales: Matrix
  /// n × m.
  private let featureScales: Matrix
  /// r × 1 × at least m.
  private let down: Tensor
  /// At least M × at least n × r.
  private let up: Tensor
  private let settings: ModuleSettings

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    baseScales = try reader.matrix(RandLoRA.baseScale, rows: nil, columns: nil)
    let (rank, count) = (baseScales.rows, baseScales.columns)
    if rank == 0 { throw .zeroRank(module: settings.module) }
    featureScales = try reader.matrix(RandLoRA.featureScale, rows: count, columns: nil)
    down = try reader.tensor(RandLoRA.inputBasis, shape: [rank, 1, nil])
    up = try reader.tensor(RandLoRA.outputBasis, shape: [nil, nil, rank])
    guard down.shape[2] >= featureScales.columns else {
      throw .parameterShape(
        module: settings.module, parameter: RandLoRA.inputBasis, found: down.shape,
        expected: [rank, 1, featureScales.columns])
    }
    guard up.shape[1] >= count else {
      throw .parameterShape(
        module: settings.module, parameter: RandLoRA.outputBasis, found: up.shape,
        expected: [nil, count, rank])
    }
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: rank, alpha: settings.alpha,
      scale: try settings.scale(rank: rank))
  }

  package static func replayedSize(_ configuration: AdapterConfiguration) -> Int? {
    configuration.rank
  }

  package static func replayedParameters(
    shapes: [MatrixShape], configuration: AdapterConfiguration
  ) -> [String: Tensor] {
    RandLoRA.bases(
      rank: configuration.rank, shapes: shapes, options: configuration.randLoRA,
      seed: configuration.veRA.seed)
  }

  /// Nil, because the parameters tell only the smaller size.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    let (small, large) = (min(base.rows, base.columns), max(base.rows, base.columns))
    let count = (small + baseScales.rows - 1) / baseScales.rows
    guard small == featureScales.columns, large <= up.shape[0], count == baseScales.columns else {
      let size = (small: featureScales.columns, large: min(large, up.shape[0]))
      throw .baseShape(
        module: settings.module,
        update: base.rows <= base.columns
          ? MatrixShape(rows: size.small, columns: size.large)
          : MatrixShape(rows: size.large, columns: size.small),
        base: base)
    }
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    let (outputs, inputs) = settings.features(of: base.matrixShape)
    let (rank, count) = (baseScales.rows, baseScales.columns)
    let (small, large) = (min(outputs, inputs), max(outputs, inputs))
    var right = Matrix(rows: rank * count, columns: small)
    for row in 0..<rank * count {
      let (inner, index) = (row / count, row % count)
      let scale = resolved.scale * baseScales[inner, index]
      for column in 0..<small {
        right[row, column] =
          scale * featureScales[index, column] * down.values[inner * down.shape[2] + column]
      }
    }
    let flat = up.matrix
    let left = flat.rowSlice(0..<large).columnSlice(0..<count * rank)
    let product = left * right
    return .dense(settings.stored(inputs <= outputs ? product : product.transposed()))
  }
}
