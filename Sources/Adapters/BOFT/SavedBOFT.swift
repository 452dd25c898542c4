package import LinearAlgebra

/// A saved BOFT.
package struct SavedBOFT: OutByInAdapter {
  package typealias Method = BOFT
  package static let parameterNames = [BOFT.rotations, BOFT.factors]

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  private let rotations: Tensor
  private let factors: [Double]

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    rotations = try reader.tensor(BOFT.rotations, shape: [nil, nil, nil, nil])
    let factors = try reader.tensor(BOFT.factors, shape: [nil, nil])
    guard factors.shape.contains(1) else {
      throw .parameterShape(
        module: settings.module, parameter: BOFT.factors, found: factors.shape,
        expected: [nil, 1])
    }
    self.factors = factors.values
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
    let (count, blocks, size) = (rotations.shape[0], rotations.shape[1], rotations.shape[2])
    // Every further factor pairs groups of twice as many blocks, halved.
    let isButterfly =
      count == 1
      || (count < 32 && size.isMultiple(of: 2) && blocks.isMultiple(of: 1 << (count - 1)))
    guard count > 0, blocks > 0, size > 0, rotations.shape[3] == size, isButterfly else {
      throw .parameterShape(
        module: settings.module, parameter: BOFT.rotations, found: rotations.shape,
        expected: [nil, nil, size, size])
    }
  }

  package var outByInShape: MatrixShape? {
    MatrixShape(rows: factors.count, columns: rotations.shape[1] * rotations.shape[2])
  }

  package var needsBase: Bool { true }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    let weight = try base.matrix()
    // What the rotations add to W; it stays exact where they are small.
    var change = Matrix(rows: weight.rows, columns: weight.columns)
    for factor in 0..<rotations.shape[0] {
      change = change + (try rotationChange(of: weight + change, factor: factor))
    }
    return .dense(
      change.scalingRows(by: factors) + weight.scalingRows(by: factors.map { $0 - 1 }))
  }

  /// X · Mᵀ − X for one factor M.
  private func rotationChange(of matrix: Matrix, factor: Int) throws -> Matrix {
    let (count, blocks, size) = (rotations.shape[0], rotations.shape[1], rotations.shape[2])
    let changes = try (0..<blocks).map { block in
      let start = (factor * blocks + block) * size * size
      let values = Matrix(
        rows: size, columns: size, values: Array(rotations.values[start..<start + size * size]))
      return try CayleyMap.exact.change(0.5 * (values.transposed() - values))
    }
    guard count > 1 else { return matrix.multipliedByBlocks(transposed: changes) }
    let order = BOFT.order(width: matrix.columns, block: size, factor: factor)
    var inverse = order
    for (position, column) in order.enumerated() { inverse[column] = position }
    return matrix.selectingColumns(inverse).multipliedByBlocks(transposed: changes)
      .selectingColumns(order)
  }
}

extension Matrix {
  /// The columns with these numbers, in their order.
  fileprivate func selectingColumns(_ numbers: [Int]) -> Matrix {
    var values = [Double]()
    values.reserveCapacity(rows * numbers.count)
    for row in 0..<rows { for column in numbers { values.append(self[row, column]) } }
    return Matrix(rows: rows, columns: numbers.count, values: values)
  }
}
