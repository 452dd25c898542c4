/// The thin singular value decomposition, or its first part: A ≈ Σᵢ σᵢ uᵢ vᵢᵀ.
public struct SingularTriplets: Sendable {
  /// rows × k; column i is the left singular vector uᵢ.
  public let left: Matrix
  /// The k singular values, largest first.
  public let values: [Double]
  /// k × columns; row i is the right singular vector vᵢ.
  public let right: Matrix

  public init(left: Matrix, values: [Double], right: Matrix) {
    self.left = left
    self.values = values
    self.right = right
  }

  /// The decomposition of a matrix, by divide and conquer (LAPACK `gesdd`).
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` for an entry that is NaN or infinite,
  ///   ``LinearAlgebraError/notConverged(routine:rows:columns:)`` if the iteration fails.
  /// - Complexity: O(rows · columns · k), k = min(rows, columns).
  public init(of matrix: Matrix) throws(LinearAlgebraError) {
    let rank = min(matrix.rows, matrix.columns)
    var work = matrix.values
    let result =
      rank == 0
      ? ([], [], [])
      : try DenseRoutines.singularTriplets(
        &work, rows: matrix.rows, columns: matrix.columns, vectors: .thin)
    left = Matrix(rows: matrix.rows, columns: rank, values: result.0)
    values = result.1
    right = Matrix(rows: rank, columns: matrix.columns, values: result.2)
  }

  /// Only the first `count` triplets.
  public func leading(_ count: Int) -> SingularTriplets {
    let kept = min(count, values.count)
    return SingularTriplets(
      left: left.columnSlice(0..<kept), values: Array(values[..<kept]),
      right: right.rowSlice(0..<kept))
  }

  /// Σᵢ σᵢ uᵢ vᵢᵀ over the triplets that are held.
  public func reconstruction() -> Matrix {
    left * right.scalingRows(by: values)
  }
}

extension Matrix {
  /// The min(rows, columns) singular values, largest first, by `gesdd` on the matrix itself. Every value has
  /// an error of about the rounding of the largest one.
  /// - Throws: As ``SingularTriplets/init(of:)``.
  public func singularValues() throws(LinearAlgebraError) -> [Double] {
    guard !isEmpty else { return [] }
    var work = values
    return try DenseRoutines.singularTriplets(&work, rows: rows, columns: columns, vectors: .none)
      .values
  }

  /// Throws for the first entry that is NaN or infinite.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)``.
  public func checkFinite() throws(LinearAlgebraError) {
    try DenseRoutines.checkFinite(values, columns: columns)
  }
}
