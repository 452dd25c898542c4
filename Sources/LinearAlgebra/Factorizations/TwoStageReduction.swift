/// The reduction of a symmetric matrix to tridiagonal form in two stages, A = Q T Qᵀ, with Q kept as its reflections.
///
/// The first stage makes a band and runs at the speed of matrix products; half of a reduction in one stage runs at the
/// speed of memory. The price is that Q comes in two parts, which are dear to multiply with many vectors. So this is the
/// way to eigenvalues, to the leading eigenvectors, and to the coordinates of a few vectors in the basis of all
/// eigenvectors; it is not the way to that basis itself.
package struct TwoStageReduction: Sendable {
  /// From this size on it is faster than one stage (measured: a tie at 2,048, a third less time at 4,096).
  package static let leastSize = 3072
  /// The width of the band (measured at 4,096: 32 and 64 are equally fast, 16 is slower).
  package static let bandWidth = 64

  package let size: Int
  /// What the first stage leaves: reflections below the band, and their factors.
  private let blocks: [Double]
  private let blockFactors: [Double]
  private let chase: BulgeChase

  /// Reduces a matrix, of which only one triangle is read.
  /// - Parameter width: Of the band; less than the size.
  /// - Precondition: The matrix is square and has at least three rows.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)``, ``LinearAlgebraError/overflow(routine:rows:columns:)``.
  /// - Complexity: 4/3 · size³ operations; memory 1.5 · size².
  package init(
    of matrix: consuming Matrix, width: Int = bandWidth
  ) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns && matrix.rows > 2, "a square matrix of three rows")
    size = matrix.rows
    let width = min(width, size - 1)
    try DenseRoutines.checkFinite(matrix.values, columns: size)
    let stage = try BandRoutines.reduce(&matrix.values, size: size, width: width)
    blocks = matrix.values
    blockFactors = stage.factors
    chase = try BulgeChase(band: stage.band, size: size, width: width)
  }

  /// Every eigenvalue, largest first.
  package func values() throws(LinearAlgebraError) -> [Double] {
    try TridiagonalRoutines.values(chase.diagonal, chase.offDiagonal).reversed()
  }

  /// The eigenvectors of the largest eigenvalues, one a row.
  package func leadingVectors(_ count: Int) throws(LinearAlgebraError) -> Matrix {
    let vectors = try TridiagonalRoutines.leadingVectors(
      count, chase.diagonal, chase.offDiagonal)
    return restored(Matrix(rows: count, columns: size, values: vectors).rowsReversed())
  }

  /// The eigendecomposition of T: values, largest first, and vectors, one a row.
  /// - Complexity: O(size³) at worst, about a fifth of that of the matrix itself; memory 2 · size².
  package func tridiagonalEigen() throws(LinearAlgebraError) -> (values: [Double], vectors: Matrix)
  {
    let (values, vectors) = try TridiagonalRoutines.eigen(chase.diagonal, chase.offDiagonal)
    return (
      values.reversed(), Matrix(rows: size, columns: size, values: vectors).rowsReversed()
    )
  }

  /// Qᵀ x for each row x.
  package func reduced(_ rows: Matrix) -> Matrix {
    var values = rows.values
    applyBlocks(.transposed, to: &values, count: rows.rows)
    var columns = Matrix(rows: rows.rows, columns: size, values: values).transposed()
    chase.apply(.transposed, to: &columns.values, count: rows.rows)
    return columns.transposed()
  }

  /// Q y for each row y.
  package func restored(_ rows: Matrix) -> Matrix {
    var columns = rows.transposed()
    chase.apply(.asStored, to: &columns.values, count: rows.rows)
    var result = columns.transposed()
    applyBlocks(.asStored, to: &result.values, count: rows.rows)
    return result
  }

  private func applyBlocks(_ orientation: Orientation, to rows: inout [Double], count: Int) {
    BandRoutines.apply(
      orientation, to: &rows, count: count, reflections: blocks, factors: blockFactors, size: size,
      width: chase.width)
  }
}

extension Matrix {
  /// The rows in opposite order.
  func rowsReversed() -> Matrix {
    var result = [Double]()
    result.reserveCapacity(values.count)
    for row in (0..<rows).reversed() { result += self.row(row) }
    return Matrix(rows: rows, columns: columns, values: result)
  }
}
