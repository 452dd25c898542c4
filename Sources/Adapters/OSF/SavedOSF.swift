package import LinearAlgebra

/// A saved OSF: ΔW is the trained part minus the p smallest triplets of W, of rank 2p at most.
package struct SavedOSF: OutByInAdapter {
  package typealias Method = OSF
  package static let parameterNames = [OSF.left, OSF.values, OSF.right]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  /// U · diag(s).
  private let left: Matrix
  private let right: Matrix

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    let values = try reader.vector(OSF.values, count: nil)
    left = try reader.matrix(OSF.left, rows: nil, columns: values.count)
      .scalingColumns(by: values)
    right = try reader.matrix(OSF.right, rows: values.count, columns: nil)
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: values.count, alpha: nil, scale: 1)
  }

  package var outByInShape: MatrixShape? {
    MatrixShape(rows: left.rows, columns: right.columns)
  }

  package var needsBase: Bool { true }

  package func checkFit(_ base: MatrixShape) throws(AdapterError) {
    try require(MatrixShape(rows: left.rows, columns: right.columns), fits: base)
    let limit = min(base.rows, base.columns)
    if right.rows > limit {
      throw .rank(module: settings.module, rank: right.rows, limit: limit)
    }
  }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let removed = try base.principalTriplets(count: min(base.rows, base.columns))
      .trailing(right.rows)
    return .product(
      .stackedColumns([left, removed.left.scalingColumns(by: removed.values.map { -$0 })]),
      .stackedRows([right, removed.right]))
  }
}
