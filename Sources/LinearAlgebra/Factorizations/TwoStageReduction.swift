/// The reduction of a symmetric matrix to tridiagonal form in two stages, A = Q T Qᵀ, with Q kept as its reflections.
///
/// The first stage makes a band and runs at the speed of matrix products; half of a reduction in one stage runs at the
/// speed of memory. The price is that Q comes in two parts, which are dear to multiply with many vectors. So this is the
/// way to eigenvalues, to the leading eigenvectors, and to the coordinates of a few vectors in the basis of all
/// eigenvectors; it is not the way to that basis itself.
package struct TwoStageReduction: Sendable {
  /// From this size on it is faster than one stage (measured: a tie at 2,048, a third less time at 4,096).
  package static let leastSize = 3072

  /// The first stage.
  package let band: BandReduction
  private let chase: BulgeChase

  /// The second stage.
  /// - Throws: ``LinearAlgebraError/overflow(routine:rows:columns:)``.
  /// - Complexity: O(size² · width), a fifth of the first stage at 4,096; memory size²/2.
  package init(of band: BandReduction) throws(LinearAlgebraError) {
    self.band = band
    chase = try BulgeChase(band: band.band, size: band.size, width: band.width)
  }

  /// Every eigenvalue, largest first.
  package func values() throws(LinearAlgebraError) -> [Double] {
    try TridiagonalRoutines.values(chase.diagonal, chase.offDiagonal).reversed()
  }

  /// The eigenvectors of the largest eigenvalues, one a row.
  package func leadingVectors(_ count: Int) throws(LinearAlgebraError) -> Matrix {
    let vectors = try TridiagonalRoutines.leadingVectors(
      count, chase.diagonal, chase.offDiagonal)
    return restored(Matrix(rows: count, columns: band.size, values: vectors).rowsReversed())
  }

  /// The eigenvectors of the smallest eigenvalues, one a row.
  package func trailingVectors(_ count: Int) throws(LinearAlgebraError) -> Matrix {
    try restored(tridiagonalBasis().vectors(band.size - count..<band.size))
  }

  /// The eigendecomposition of T.
  /// - Complexity: O(size²).
  package func tridiagonalBasis() throws(LinearAlgebraError) -> TridiagonalBasis {
    try TridiagonalBasis(diagonal: chase.diagonal, offDiagonal: chase.offDiagonal)
  }

  /// Qᵀ x for each row x.
  package func reduced(_ rows: Matrix) -> Matrix {
    var columns = band.reduced(rows).transposed()
    chase.apply(.transposed, to: &columns.values, count: rows.rows)
    return columns.transposed()
  }

  /// Q y for each row y.
  package func restored(_ rows: Matrix) -> Matrix {
    var columns = rows.transposed()
    chase.apply(.asStored, to: &columns.values, count: rows.rows)
    return band.restored(columns.transposed())
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
