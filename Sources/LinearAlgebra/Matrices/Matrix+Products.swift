/// Whether an operand of a product is used as it is or transposed.
public enum Orientation: Sendable {
  case asStored, transposed
}

extension Matrix {
  /// op(left) · op(right), where op transposes or not.
  /// - Precondition: The inner dimensions agree.
  /// - Complexity: O(rows · columns · inner), by `gemm`.
  @specialized(where Element == Double)
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
      values: Element.product(
        rows: rows, columns: columns, inner: inner, left: left.values, leftOrientation,
        right: right.values, rightOrientation))
  }

  @specialized(where Element == Double)
  public static func * (left: Matrix, right: Matrix) -> Matrix { product(left, .asStored, right) }

  @specialized(where Element == Double)
  public static func * (factor: Element, matrix: Matrix) -> Matrix {
    Matrix(
      rows: matrix.rows, columns: matrix.columns, values: matrix.values.map { factor * $0 })
  }

  @specialized(where Element == Double)
  public static func + (left: Matrix, right: Matrix) -> Matrix {
    left.combined(with: right) { $0 + $1 }
  }

  @specialized(where Element == Double)
  public static func - (left: Matrix, right: Matrix) -> Matrix {
    left.combined(with: right) { $0 - $1 }
  }

  /// The entrywise combination of two matrices of one shape.
  @inlinable
  public func combined(with other: Matrix, _ combine: (Element, Element) -> Element) -> Matrix {
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
  @specialized(where Element == Double)
  public func gram() -> Matrix {
    var accumulator = GramAccumulator<Element>(size: columns)
    accumulator.add(values, layout: .longMajor, length: rows)
    return accumulator.matrix()
  }

  /// The square root of the sum of the squares of all entries.
  @specialized(where Element == Double)
  public func frobeniusNorm() -> Element { Element.norm(values) }

  /// ⟨A, B⟩, the sum over entries of their products.
  @specialized(where Element == Double)
  public func innerProduct(with other: Matrix) -> Element {
    precondition(values.count == other.values.count, "the shapes of an inner product differ")
    return Element.dot(values, other.values)
  }

  private func dimensions(_ orientation: Orientation) -> (rows: Int, columns: Int) {
    orientation == .asStored ? (rows, columns) : (columns, rows)
  }
}
