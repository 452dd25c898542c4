/// Why a decomposition could not be computed.
public enum LinearAlgebraError: Error, Equatable {
  /// The iteration of a LAPACK routine did not converge on this matrix.
  case notConverged(routine: String, rows: Int, columns: Int)
  /// An entry is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// The entries are finite, but their products exceed the range of Double.
  case overflow(routine: String, rows: Int, columns: Int)
  /// A system of equations has no unique solution.
  case singular(rows: Int)
  /// A dimension exceeds what LAPACK's 32-bit integers count.
  case tooLarge(rows: Int, columns: Int)
  /// A Lanczos iteration ended before its residuals were small enough.
  case residualTooLarge(wanted: Double, reached: Double, steps: Int)
}

extension LinearAlgebraError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notConverged(let routine, let rows, let columns):
      "\(routine) did not converge on a \(rows)×\(columns) matrix"
    case .notFinite(let row, let column):
      "the matrix is not finite in row \(row), column \(column)"
    case .overflow(let routine, let rows, let columns):
      "the numbers of a \(rows)×\(columns) matrix are too large for \(routine)"
    case .singular(let rows):
      "a \(rows)×\(rows) matrix is singular and cannot be inverted"
    case .tooLarge(let rows, let columns):
      "a \(rows)×\(columns) matrix is larger than LAPACK's 32-bit integers count"
    case .residualTooLarge(let wanted, let reached, let steps):
      "block Lanczos reached a residual of \(reached) in \(steps) steps, expected \(wanted)"
    }
  }
}
