extension Matrix {
  /// The matrix X with X · divisor = self, by LU factorisation with pivoting (LAPACK `gesv`).
  /// - Precondition: The divisor is square and as wide as this matrix.
  /// - Throws: ``LinearAlgebraError/singular(rows:)`` if there is no unique X,
  ///   ``LinearAlgebraError/notFinite(row:column:)`` for an entry that is NaN or infinite,
  ///   ``LinearAlgebraError/overflow(routine:rows:columns:)`` if X is not finite.
  /// - Complexity: O(columns² · (rows + columns)).
  package func divided(by divisor: Matrix) throws(LinearAlgebraError) -> Matrix {
    precondition(
      divisor.rows == divisor.columns && divisor.rows == columns, "the divisor has another size")
    guard !isEmpty else { return self }
    var (result, work) = (self, divisor.values)
    try DenseRoutines.divide(&result.values, rows: rows, by: &work, size: columns)
    return result
  }
}
