import LinearAlgebra

/// Entrywise operations for the gradients of adapters; a vector is a view of one row.
///
/// They are specialised explicitly, because adapters are called through a protocol, where the element type is
/// not known.
extension MatrixView {
  func row(_ index: Int) -> MatrixView { rows(index..<index + 1) }

  /// cᵢⱼ ← fᵢ · aᵢⱼ; the source may be the view itself.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func setScalingRows(of source: MatrixView, by factors: MatrixView) {
    precondition(
      source.rows == rows && source.columns == columns && factors.count == rows
        && factors.isContiguous, "a factor a row")
    for row in 0..<rows {
      let factor = unsafe factors.start[row]
      let (from, to) = unsafe (source.start + row * source.stride, start + row * stride)
      for column in 0..<columns { unsafe to[column] = factor * from[column] }
    }
  }

  /// cᵢⱼ ← fⱼ · aᵢⱼ; the source may be the view itself.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func setScalingColumns(of source: MatrixView, by factors: MatrixView) {
    precondition(
      source.rows == rows && source.columns == columns && factors.count == columns
        && factors.isContiguous, "a factor a column")
    let scales = unsafe factors.start
    for row in 0..<rows {
      let (from, to) = unsafe (source.start + row * source.stride, start + row * stride)
      for column in 0..<columns { unsafe to[column] = scales[column] * from[column] }
    }
  }

  /// vᵢ ← vᵢ + fᵢ · Σⱼ aᵢⱼ bᵢⱼ of a vector v; without factors, fᵢ = 1.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func addRowDots(_ left: MatrixView, _ right: MatrixView, scaledBy factors: MatrixView? = nil) {
    precondition(
      left.rows == count && right.rows == count && left.columns == right.columns && isContiguous
        && factors.map { $0.count == count && $0.isContiguous } ?? true, "a sum a row")
    for row in 0..<count {
      let sum = unsafe Element.dot(
        left.columns, left.start + row * left.stride, right.start + row * right.stride)
      unsafe start[row] += (factors.map { unsafe $0.start[row] } ?? 1) * sum
    }
  }

  /// vⱼ ← vⱼ + Σᵢ aᵢⱼ bᵢⱼ of a vector v.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func addColumnDots(_ left: MatrixView, _ right: MatrixView, scale: Element = 1) {
    precondition(
      left.columns == count && right.columns == count && left.rows == right.rows && isContiguous,
      "a sum a column")
    for row in 0..<left.rows {
      let (first, second) = unsafe (
        left.start + row * left.stride, right.start + row * right.stride
      )
      for column in 0..<count { unsafe start[column] += scale * first[column] * second[column] }
    }
  }

  /// C ← C + α·Aᵀ.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func addTransposed(_ source: MatrixView, scale: Element = 1) {
    precondition(source.rows == columns && source.columns == rows, "the shape of the transpose")
    for row in 0..<rows {
      for column in 0..<columns {
        unsafe start[row * stride + column] += scale * source.start[column * source.stride + row]
      }
    }
  }

  /// The Euclidean norm of each row, into a vector.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func setRowNorms(of source: MatrixView) {
    precondition(source.rows == count && isContiguous, "a norm a row")
    for row in 0..<count {
      let values = unsafe source.start + row * source.stride
      unsafe start[row] = unsafe Element.dot(source.columns, values, values).squareRoot()
    }
  }

  /// The numbers in double precision.
  @specialized(where Element == Float)
  @specialized(where Element == Double)
  func doubles() -> Matrix {
    var result = [Double]()
    result.reserveCapacity(count)
    for row in 0..<rows {
      for column in 0..<columns { result.append(Double(unsafe start[row * stride + column])) }
    }
    return Matrix(rows: rows, columns: columns, values: result)
  }
}
