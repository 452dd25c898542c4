/// Whether an operand of a product is used as it is or transposed.
public enum Orientation: Sendable {
  case asStored, transposed
}

extension Matrix {
  /// op(left) · op(right), where op transposes or not.
  /// - Precondition: The inner dimensions agree.
  /// - Complexity: O(rows · columns · inner), by `gemm`.
  public static func product(
    _ left: Matrix, _ leftOrientation: Orientation,
    _ right: Matrix, _ rightOrientation: Orientation = .asStored
  ) -> Matrix {
    let (rows, inner) = left.dimensions(leftOrientation)
    let (rightInner, columns) = right.dimensions(rightOrientation)
    precondition(
      inner == rightInner, "the inner dimensions \(inner) and \(rightInner) of a product differ")
    guard rows > 0, columns > 0, inner > 0 else { return Matrix(rows: rows, columns: columns) }
    return Matrix(
      rows: rows, columns: columns,
      values: DenseRoutines.product(
        rows: rows, columns: columns, inner: inner, left: left.values, leftOrientation,
        right: right.values, rightOrientation))
  }

  public static func * (left: Matrix, right: Matrix) -> Matrix { product(left, .asStored, right) }

  public static func * (factor: Double, matrix: Matrix) -> Matrix {
    Matrix(
      rows: matrix.rows, columns: matrix.columns, values: matrix.values.map { factor * $0 })
  }

  public static func + (left: Matrix, right: Matrix) -> Matrix {
    left.combined(with: right) { $0 + $1 }
  }

  public static func - (left: Matrix, right: Matrix) -> Matrix {
    left.combined(with: right) { $0 - $1 }
  }

  /// The entrywise combination of two matrices of equal shape.
  @inlinable
  public func combined(with other: Matrix, _ combine: (Double, Double) -> Double) -> Matrix {
    precondition(
      rows == other.rows && columns == other.columns, "the shapes of two combined matrices differ")
    var result = self
    for index in result.values.indices {
      result.values[index] = combine(values[index], other.values[index])
    }
    return result
  }

  /// AᵀA, exactly symmetric.
  /// - Complexity: O(rows · columns²), half of a full product.
  public func gram() -> Matrix {
    var accumulator = GramAccumulator(size: columns)
    accumulator.add(values, layout: .longMajor, length: rows)
    return accumulator.matrix()
  }

  /// The square root of the sum of the squares of all entries.
  public func frobeniusNorm() -> Double { DenseRoutines.norm(values) }

  /// ⟨A, B⟩, the sum over entries of their products.
  public func innerProduct(with other: Matrix) -> Double {
    precondition(values.count == other.values.count, "the shapes of an inner product differ")
    return DenseRoutines.dot(values, other.values)
  }

  private func dimensions(_ orientation: Orientation) -> (rows: Int, columns: Int) {
    orientation == .asStored ? (rows, columns) : (columns, rows)
  }
}

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
