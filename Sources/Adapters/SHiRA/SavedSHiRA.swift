package import LinearAlgebra

/// A saved SHiRA. PEFT always saves the positions; from the seed they cannot be told, since masks may be the user's.
package struct SavedSHiRA: Adapter {
  package typealias Method = SHiRA
  package static let parameterNames = [SHiRA.differences, SHiRA.positions]
  package static let factorNames = [SHiRA.differences]

  package let resolved: ResolvedModule
  private let differences: [Double]
  private let rows: Positions
  private let columns: Positions

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    differences = try reader.vector(SHiRA.differences, count: nil)
    let positions = try reader.matrix(SHiRA.positions, rows: 2, columns: differences.count)
    let halves = try (0...1).map { (row) throws(AdapterError) in
      try Positions(
        Tensor(positions.rowSlice(row..<row + 1)), module: settings.module,
        parameter: SHiRA.positions)
    }
    (rows, columns) = (halves[0], halves[1])
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  /// Nil, because the positions do not tell where the weight ends.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    try rows.check(below: base.rows)
    try columns.check(below: base.columns)
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    var update = Matrix(rows: base.rows, columns: base.columns)
    for index in differences.indices {
      update[rows.values[index], columns.values[index]] += differences[index]
    }
    return .dense(update)
  }
}
