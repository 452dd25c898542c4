/// Eigenvalues of a symmetric matrix, largest first, with none, some or all of its eigenvectors.
public struct SymmetricEigen: Sendable {
  /// Every eigenvalue, largest first.
  public let values: [Double]
  /// One eigenvector a row, in the order of `values`; as many rows as were asked for.
  public let vectors: Matrix
  private let origin: Origin

  /// What more eigenvectors are found from.
  private enum Origin: Sendable {
    case matrix(Matrix)
    case reduction(TwoStageReduction)
  }

  /// How many eigenvectors to compute, counted from the largest eigenvalue.
  public enum Vectors: Sendable {
    case none
    case leading(Int)
    case all

    /// How many, unless it is all of them.
    func fewest(of size: Int) -> Int? {
      switch self {
      case .none: 0
      case .leading(let count): min(max(count, 0), size)
      case .all: nil
      }
    }
  }

  /// Decomposes a symmetric matrix, of which only one triangle is read. A large one of which few vectors are wanted is
  /// reduced in two stages.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)`` for an entry that is NaN or infinite,
  ///   ``LinearAlgebraError/overflow(routine:rows:columns:)`` if entries are too large,
  ///   ``LinearAlgebraError/notConverged(routine:rows:columns:)``.
  /// - Complexity: O(n³); with few vectors about a third of the cost of all.
  public init(of matrix: Matrix, vectors wanted: Vectors) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns, "an eigendecomposition needs a square matrix")
    let size = matrix.rows
    guard size > 0 else {
      (values, vectors, origin) = ([], matrix, .matrix(matrix))
      return
    }
    if size >= TwoStageReduction.leastSize, let count = wanted.fewest(of: size) {
      let reduction = try TwoStageReduction(of: BandReduction(of: matrix))
      origin = .reduction(reduction)
      values = try reduction.values()
      vectors =
        count > 0 ? try reduction.leadingVectors(count) : Matrix(rows: 0, columns: size)
      return
    }
    origin = .matrix(matrix)
    var work = matrix.values
    switch wanted {
    case .all:
      values = try DenseRoutines.symmetricEigen(&work, size: size, vectors: true).reversed()
      vectors = Matrix(rows: size, columns: size, values: work).rowsReversed()
    case .none, .leading:
      let count = wanted.fewest(of: size) ?? 0
      let result = try DenseRoutines.symmetricEigen(&work, size: size, leading: count)
      values = result.values.reversed()
      vectors = Matrix(rows: count, columns: size, values: result.vectors).rowsReversed()
    }
  }

  /// The eigenvectors of the smallest eigenvalues, one a row, in the order of `values`.
  /// - Throws: As ``init(of:vectors:)``.
  /// - Complexity: O(n² · count) if all were found or the matrix was reduced in two stages, else O(n³).
  package func trailingVectors(_ count: Int) throws(LinearAlgebraError) -> Matrix {
    if case .reduction(let reduction) = origin { return try reduction.trailingVectors(count) }
    guard case .matrix(let matrix) = origin, vectors.rows < values.count else {
      return vectors.rowSlice(values.count - count..<values.count)
    }
    return try SymmetricEigen(of: matrix, vectors: .all).trailingVectors(count)
  }
}
