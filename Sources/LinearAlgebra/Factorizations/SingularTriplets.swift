/// The thin singular value decomposition, or its first part: A ≈ Σᵢ σᵢ uᵢ vᵢᵀ.
public struct SingularTriplets<Element: Scalar>: Sendable {
  /// rows × k; column i is the left singular vector uᵢ.
  public let left: Matrix<Element>
  /// The k singular values, largest first.
  public let values: [Element]
  /// k × columns; row i is the right singular vector vᵢ.
  public let right: Matrix<Element>

  public init(left: Matrix<Element>, values: [Element], right: Matrix<Element>) {
    self.left = left
    self.values = values
    self.right = right
  }

  /// The decomposition of a matrix, by divide and conquer (LAPACK `gesdd`).
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` for an entry that is NaN or infinite,
  ///   ``LinearAlgebraError/notConverged(routine:rows:columns:)`` if the iteration fails.
  /// - Complexity: O(rows · columns · k), k = min(rows, columns).
  @specialized(where Element == Double)
  public init(of matrix: Matrix<Element>) throws(LinearAlgebraError) {
    try matrix.checkFinite()
    let rank = min(matrix.rows, matrix.columns)
    var work = matrix.values
    let result =
      rank == 0
      ? ([], [], [])
      : try Element.singularTriplets(
        &work, rows: matrix.rows, columns: matrix.columns, vectors: .thin)
    left = Matrix(rows: matrix.rows, columns: rank, values: result.0)
    values = result.1
    right = Matrix(rows: rank, columns: matrix.columns, values: result.2)
  }

  /// Only the first `count` triplets.
  @specialized(where Element == Double)
  public func leading(_ count: Int) -> SingularTriplets {
    let kept = min(count, values.count)
    return SingularTriplets(
      left: left.columnSlice(0..<kept), values: Array(values[..<kept]),
      right: right.rowSlice(0..<kept))
  }

  /// Σᵢ σᵢ uᵢ vᵢᵀ over the triplets that are held.
  @specialized(where Element == Double)
  public func reconstruction() -> Matrix<Element> {
    var scaled = right
    for row in 0..<scaled.rows {
      for column in 0..<scaled.columns { scaled[row, column] *= values[row] }
    }
    return left * scaled
  }
}

extension Matrix {
  /// The min(rows, columns) singular values, largest first, by `gesdd` on the matrix itself:
  /// accurate to rounding of the largest, however small the others are.
  /// - Throws: As ``SingularTriplets/init(of:)``.
  @specialized(where Element == Double)
  public func singularValues() throws(LinearAlgebraError) -> [Element] {
    try checkFinite()
    guard !isEmpty else { return [] }
    var work = values
    return try Element.singularTriplets(&work, rows: rows, columns: columns, vectors: .none).values
  }

  /// Throws for the first entry that is NaN or infinite.
  @specialized(where Element == Double)
  public func checkFinite() throws(LinearAlgebraError) {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: index / columns, column: index % columns)
    }
  }
}
