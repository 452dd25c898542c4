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

/// √Σx², also where the squares leave the range of Double. A norm that overflowed would make the direction of DoRA
/// zero, in silence.
private enum EuclideanNorm {
  static func of(_ values: some Sequence<Double>) -> Double {
    of(values, squares: values.reduce(0) { $0 + $1 * $1 })
  }

  /// - Parameter squares: The sum of the squares as it is computed plainly.
  static func of(_ values: some Sequence<Double>, squares: Double) -> Double {
    guard !squares.isFinite || squares < 1e-280,
      let largest = values.lazy.map(\.magnitude).max(), largest > 0, largest.isFinite
    else { return squares.squareRoot() }
    return largest * values.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
  }
}
