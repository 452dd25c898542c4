import LinearAlgebra

extension Matrix {
  /// The Euclidean norm of each row.
  func rowNorms() -> [Double] {
    (0..<rows).map { row in
      self.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
  }

  /// The Euclidean norm of each column.
  func columnNorms() -> [Double] {
    var squares = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { squares[column] += self[row, column] * self[row, column] }
    }
    return squares.map { $0.squareRoot() }
  }
}
