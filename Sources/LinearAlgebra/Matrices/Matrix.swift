/// A dense matrix, stored row after row, as PyTorch stores a weight.
///
/// A value type: copies are independent (and made only when one of them changes). In memory a row-major
/// matrix equals its transpose in column-major order; LAPACK is called that way.
public struct Matrix: Equatable, Sendable {
  /// How many rows there are; for a weight, its output features.
  public let rows: Int
  /// How many columns there are; for a weight, its input features.
  public let columns: Int
  /// The `rows · columns` entries, row after row.
  public var values: [Double]

  /// A matrix of the given entries.
  /// - Precondition: `rows` and `columns` are not negative, and `values` holds `rows · columns` entries.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative dimension")
    precondition(values.count == rows * columns, "a \(rows)×\(columns) matrix needs as many values")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix with one value everywhere.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  /// The matrix with `diagonal` on its main diagonal and zero elsewhere.
  public static func diagonal(_ diagonal: [Double]) -> Matrix {
    var result = Matrix(rows: diagonal.count, columns: diagonal.count)
    for (index, value) in diagonal.enumerated() { result[index, index] = value }
    return result
  }

  /// The n×n identity.
  public static func identity(_ n: Int) -> Matrix {
    diagonal(Array(repeating: 1, count: n))
  }

  /// The entry in a row and a column, both counted from zero.
  @inlinable
  public subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// Whether the matrix has no entries.
  public var isEmpty: Bool { values.isEmpty }
}

extension Matrix {
  /// The entries of one row.
  public func row(_ row: Int) -> ArraySlice<Double> {
    values[row * columns..<(row + 1) * columns]
  }

  /// The rows of a range, as a matrix of their own.
  public func rowSlice(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: columns,
      values: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// The columns of a range, as a matrix of their own.
  public func columnSlice(_ range: Range<Int>) -> Matrix {
    var result = [Double]()
    result.reserveCapacity(rows * range.count)
    for row in 0..<rows {
      result += values[row * columns + range.lowerBound..<row * columns + range.upperBound]
    }
    return Matrix(rows: rows, columns: range.count, values: result)
  }

  /// The transpose.
  /// - Complexity: O(rows · columns), in tiles that fit the cache.
  public func transposed() -> Matrix {
    var result = Matrix(rows: columns, columns: rows)
    let tile = 32
    for top in stride(from: 0, to: rows, by: tile) {
      for left in stride(from: 0, to: columns, by: tile) {
        for row in top..<min(top + tile, rows) {
          for column in left..<min(left + tile, columns) {
            result.values[column * rows + row] = values[row * columns + column]
          }
        }
      }
    }
    return result
  }

  /// Matrices of equal width, one below the other.
  public static func stackedRows(_ parts: [Matrix]) -> Matrix {
    let columns = parts.first?.columns ?? 0
    precondition(parts.allSatisfy { $0.columns == columns }, "stacked rows need one width")
    return Matrix(
      rows: parts.reduce(0) { $0 + $1.rows }, columns: columns, values: parts.flatMap(\.values))
  }

  /// Matrices of equal height, side by side.
  public static func stackedColumns(_ parts: [Matrix]) -> Matrix {
    let rows = parts.first?.rows ?? 0
    precondition(parts.allSatisfy { $0.rows == rows }, "stacked columns need one height")
    var values = [Double]()
    values.reserveCapacity(rows * parts.reduce(0) { $0 + $1.columns })
    for row in 0..<rows { for part in parts { values += part.row(row) } }
    return Matrix(rows: rows, columns: parts.reduce(0) { $0 + $1.columns }, values: values)
  }
}
