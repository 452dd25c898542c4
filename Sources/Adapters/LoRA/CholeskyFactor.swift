import LinearAlgebra

/// The lower triangular L of a small symmetric positive definite matrix LLᵀ, as large as a rank.
struct CholeskyFactor {
  private let lower: Matrix

  /// A matrix that is not positive definite gives entries that are NaN or infinite.
  /// - Complexity: O(n³).
  init(of matrix: Matrix) {
    precondition(matrix.rows == matrix.columns, "a Cholesky factor needs a square matrix")
    var lower = Matrix(rows: matrix.rows, columns: matrix.rows)
    for row in 0..<matrix.rows {
      for column in 0...row {
        var sum = matrix[row, column]
        for inner in 0..<column { sum -= lower[row, inner] * lower[column, inner] }
        lower[row, column] = row == column ? sum.squareRoot() : sum / lower[column, column]
      }
    }
    self.lower = lower
  }

  /// X(LLᵀ)⁻¹.
  /// - Complexity: O(rows · n²).
  func solve(rowsOf matrix: Matrix) -> Matrix {
    precondition(matrix.columns == lower.rows, "the shapes of a system do not fit")
    var result = matrix
    let size = lower.rows
    for row in 0..<matrix.rows {
      for index in 0..<size {
        for inner in 0..<index { result[row, index] -= lower[index, inner] * result[row, inner] }
        result[row, index] /= lower[index, index]
      }
      for index in (0..<size).reversed() {
        for inner in index + 1..<size {
          result[row, index] -= lower[inner, index] * result[row, inner]
        }
        result[row, index] /= lower[index, index]
      }
    }
    return result
  }
}
