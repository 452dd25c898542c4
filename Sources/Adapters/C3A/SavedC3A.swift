package import LinearAlgebra

/// A saved C³A.
package struct SavedC3A: OutByInAdapter {
  package typealias Method = C3A
  package static let parameterNames = [C3A.kernel]
  package static let factorNames = parameterNames

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let kernel: Tensor
  private let size: MatrixShape

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    kernel = try reader.tensor(C3A.kernel, shape: [nil, nil, nil])
    size = MatrixShape(
      rows: try reader.size(kernel.shape[0], times: kernel.shape[2], of: C3A.kernel),
      columns: try reader.size(kernel.shape[1], times: kernel.shape[2], of: C3A.kernel))
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil,
      scale: 1 / Double(size.columns))
  }

  package var outByInShape: MatrixShape? { size }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let block = kernel.shape[2]
    var values = [Double]()
    values.reserveCapacity(size.rows * size.columns)
    for row in 0..<size.rows {
      let (blockRow, shift) = row.quotientAndRemainder(dividingBy: block)
      for blockColumn in 0..<kernel.shape[1] {
        let start = (blockRow * kernel.shape[1] + blockColumn) * block
        // The row is the kernel, turned to the right by its number in the block.
        values += kernel.values[start + block - shift..<start + block]
        values += kernel.values[start..<start + block - shift]
      }
    }
    return .dense(
      resolved.scale * Matrix(rows: size.rows, columns: size.columns, values: values))
  }
}
