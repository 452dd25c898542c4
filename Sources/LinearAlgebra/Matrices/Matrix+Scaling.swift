extension Matrix {
  /// diag(f) · A: row i times fᵢ.
  /// - Precondition: There is one factor a row.
  /// - Complexity: O(rows · columns).
  public func scalingRows(by factors: [Double]) -> Matrix {
    precondition(factors.count == rows, "a factor a row")
    var result = self
    for row in 0..<rows {
      for index in row * columns..<(row + 1) * columns { result.values[index] *= factors[row] }
    }
    return result
  }

  /// A · diag(f): column j times fⱼ.
  /// - Precondition: There is one factor a column.
  /// - Complexity: O(rows · columns).
  public func scalingColumns(by factors: [Double]) -> Matrix {
    precondition(factors.count == columns, "a factor a column")
    var result = self
    for row in 0..<rows {
      for column in 0..<columns { result.values[row * columns + column] *= factors[column] }
    }
    return result
  }

  /// Whether no entry is NaN or infinite.
  public var isFinite: Bool { values.allSatisfy(\.isFinite) }
}
