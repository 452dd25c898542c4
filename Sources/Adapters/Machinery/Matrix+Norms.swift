import LinearAlgebra

extension Matrix {
  /// The Euclidean norm of each row.
  func rowNorms() -> [Double] { (0..<rows).map { EuclideanNorm.of(row($0)) } }

  /// The Euclidean norm of each column.
  func columnNorms() -> [Double] {
    var squares = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { squares[column] += self[row, column] * self[row, column] }
    }
    return squares.enumerated().map { column, squares in
      EuclideanNorm.of((0..<rows).lazy.map { self[$0, column] }, squares: squares)
    }
  }
}
