package import LinearAlgebra

/// The smallest singular values of a weight X with their vectors, where its Gram matrix knows only the squares.
///
/// Let T be the eigenvectors of XᵀX for the t smallest values, one a row, and σ the smallest value that is not among them. T
/// is tilted towards the other eigenvectors by about √p ε σ₀²/σ², and no more, however small the t values are. So the t
/// columns of X Tᵀ, which are as long as X, hold the small singular values: their own parts, and of the others about √p ε σ₀²/σ. The
/// singular values of X Tᵀ and its right singular vectors are taken. This is the Rayleigh–Ritz method with X in place of XᵀX.
///
/// **Source:** Golub and Van Loan, "Matrix Computations", 4th edition, 2013, §8.1 (invariant subspaces) and §8.6.1 (what a Gram
/// matrix loses).
package struct SmallSingularValues: Sendable {
  /// σ, largest first.
  package let values: [Double]
  /// t × t: row j holds the coordinates of the singular vector of the j-th value in the eigenvectors of the Gram matrix.
  package let turn: Matrix

  package init(values: [Double], turn: Matrix) {
    self.values = values
    self.turn = turn
  }

  /// From this size on this is faster than the decomposition of R of X = QR.
  package static let leastSize = 512

  /// t, how many values are found: more make σ larger and cost more.
  package static func count(of size: Int) -> Int { size / 8 }

  /// Finds them; nil if they would not be known to 10⁻⁴, or if the weight is small.
  /// - Parameters:
  ///   - source: X.
  ///   - squares: All eigenvalues of XᵀX, largest first.
  ///   - scale: The largest eigenvalue of what XᵀX was summed from, whose rounding it has.
  ///   - vectors: Gives the last so many eigenvectors of XᵀX, one a row.
  /// - Throws: What reading throws, or a LAPACK failure.
  /// - Complexity: O(long · p · t), one reading of the weight; memory of p · t numbers and two panels.
  package init?(
    of source: some PanelSource, squares: [Double], scale: Double,
    vectors: (_ count: Int) throws -> Matrix
  ) throws {
    let (size, count) = (squares.count, Self.count(of: squares.count))
    guard size >= Self.leastSize, squares[0] >= EuclideanNorm.smallestSquares else { return nil }
    let limit = max(squares[size - count - 1], 0).squareRoot()
    let error = Double(size).squareRoot() * .ulpOfOne * scale / limit
    // None of them is larger than the limit.
    guard limit > 0, error <= 1e-4 * limit else { return nil }
    let triangle = try Self.triangle(of: source, along: vectors(count))
    let triplets = try SingularTriplets(of: triangle)
    guard let smallest = triplets.values.last, error <= 1e-4 * smallest else { return nil }
    values = triplets.values.map { min($0, limit) }
    turn = triplets.right
  }

  /// R of X Tᵀ = QR, panel by panel.
  private static func triangle(of source: some PanelSource, along tail: Matrix) throws -> Matrix {
    let (shape, count) = (source.shape, tail.rows)
    var factors = PanelQR(size: count)
    var panel = [Double]()
    for range in shape.panels(after: count) {
      try source.read(range, into: &panel)
      let image =
        shape.isTall
        ? Matrix.product(
          Matrix(rows: range.count, columns: shape.short, values: panel), .asStored, tail,
          .transposed)
        : Matrix.product(
          Matrix(rows: shape.short, columns: range.count, values: panel), .transposed, tail,
          .transposed)
      try factors.add(image.values, .longMajor, length: range.count)
    }
    return try factors.triangle()
  }
}

extension [Double] {
  /// Square roots of eigenvalues, the last of them replaced by what is known better.
  func squareRoots(refinedBy smallest: SmallSingularValues?) -> [Double] {
    let kept = smallest.map { dropLast($0.values.count) } ?? self[...]
    return kept.map { Swift.max($0, 0).squareRoot() } + (smallest?.values ?? [])
  }
}
