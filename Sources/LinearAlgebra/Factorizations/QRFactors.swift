/// A = QR with orthonormal columns in Q and an upper triangular R.
public struct QRFactors: Sendable {
  /// rows × k, k = min(rows, columns); its columns are orthonormal.
  public let q: Matrix
  /// k × columns, upper triangular; its diagonal may be negative.
  public let r: Matrix

  /// Factors a matrix by Householder reflections.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` for an entry that is NaN or infinite,
  ///   ``LinearAlgebraError/overflow(routine:rows:columns:)`` if entries are too large.
  /// - Complexity: O(rows · columns · k).
  public init(of matrix: Matrix) throws(LinearAlgebraError) {
    let rank = min(matrix.rows, matrix.columns)
    guard rank > 0 else {
      q = Matrix(rows: matrix.rows, columns: 0)
      r = Matrix(rows: 0, columns: matrix.columns)
      return
    }
    var values = matrix.values
    let upper = try DenseRoutines.orthonormalize(
      &values, rows: matrix.rows, columns: matrix.columns)
    q = Matrix(rows: matrix.rows, columns: rank, values: values)
    r = Matrix(rows: rank, columns: matrix.columns, values: upper)
  }
}
