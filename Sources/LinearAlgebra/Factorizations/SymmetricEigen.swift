/// Eigenvalues of a symmetric matrix, largest first, with none, some or all of its eigenvectors.
public struct SymmetricEigen: Sendable {
  /// Every eigenvalue, largest first.
  public let values: [Double]
  /// One eigenvector a row, in the order of `values`; as many rows as were asked for.
  public let vectors: Matrix

  /// How many eigenvectors to compute, counted from the largest eigenvalue.
  public enum Vectors: Sendable {
    case none
    case leading(Int)
    case all
  }

  /// Decomposes a symmetric matrix, of which only one triangle is read.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` for an entry that is NaN or infinite,
  ///   ``LinearAlgebraError/overflow(routine:rows:columns:)`` if entries are too large,
  ///   ``LinearAlgebraError/notConverged(routine:rows:columns:)``.
  /// - Complexity: O(n³); with few vectors about a third of the cost of all.
  public init(of matrix: Matrix, vectors wanted: Vectors) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns, "an eigendecomposition needs a square matrix")
    let size = matrix.rows
    guard size > 0 else {
      values = []
      vectors = matrix
      return
    }
    var work = matrix.values
    switch wanted {
    case .all:
      values = try DenseRoutines.symmetricEigen(&work, size: size, vectors: true).reversed()
      vectors = Self.descending(work, count: size, size: size)
    case .none:
      values = try DenseRoutines.symmetricEigen(&work, size: size, leading: 0).values.reversed()
      vectors = Matrix(rows: 0, columns: size)
    case .leading(let count):
      let kept = min(max(count, 0), size)
      let result = try DenseRoutines.symmetricEigen(&work, size: size, leading: kept)
      values = result.values.reversed()
      vectors = Self.descending(result.vectors, count: kept, size: size)
    }
  }

  /// LAPACK orders eigenvectors by ascending eigenvalue; we order them the other way round.
  private static func descending(_ ascending: [Double], count: Int, size: Int) -> Matrix {
    var result = [Double]()
    result.reserveCapacity(count * size)
    for row in (0..<count).reversed() { result += ascending[row * size..<(row + 1) * size] }
    return Matrix(rows: count, columns: size, values: result)
  }
}
