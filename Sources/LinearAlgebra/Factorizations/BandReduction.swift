/// The reduction of a symmetric matrix to a band, A = Q B Qᵀ, with Q kept as its reflections.
///
/// This is what a later use of a decomposition needs: half as many numbers as A has, from which the rest follows, to the
/// last bit, in a fraction of the time.
package struct BandReduction: Sendable {
  package let size: Int
  /// How many diagonals lie below the main one.
  package let width: Int
  /// The diagonal and what lies below it, column after column, `width` + 1 numbers each.
  package let band: [Double]
  /// The factors of the reflections.
  package let factors: [Double]
  /// A size × size matrix, column after column: the reflections below the band, the rest without meaning.
  private let blocks: [Double]

  /// The width of the band (measured at 4,096: 32 and 64 are equally fast, 16 is slower).
  package static let usualWidth = 64

  /// Reduces a matrix, of which only one triangle is read.
  /// - Parameters:
  ///   - matrix: The matrix, which is consumed.
  ///   - width: Of the band; less than the size.
  /// - Precondition: The matrix is square and has at least three rows.
  /// - Throws: ``LinearAlgebraError/notFinite(row:column:)``, ``LinearAlgebraError/overflow(routine:rows:columns:)``.
  /// - Complexity: 4/3 · size³ operations, in products of matrices; memory size².
  package init(
    of matrix: consuming Matrix, width: Int = usualWidth
  ) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns && matrix.rows > 2, "a square matrix of three rows")
    size = matrix.rows
    self.width = min(width, size - 1)
    try DenseRoutines.checkFinite(matrix.values, columns: size)
    (band, factors) = try BandRoutines.reduce(&matrix.values, size: size, width: self.width)
    blocks = matrix.values
  }

  /// A reduction that was kept.
  /// - Parameters:
  ///   - size: Of the matrix, at least three.
  ///   - width: Of the band, less than the size.
  ///   - band: As ``band``.
  ///   - factors: As ``factors``.
  ///   - reflections: As ``reflections``.
  /// - Returns: Nil if the counts do not fit, a number is not finite, or a reflection is none.
  package init?(size: Int, width: Int, band: [Double], factors: [Double], reflections: [Double]) {
    guard size > 2, width > 0, width < size, band.count == size * (width + 1),
      factors.count == size - width,
      reflections.count == (size - width) * (size - width - 1) / 2,
      band.allSatisfy(\.isFinite)
    else { return nil }
    var blocks = [Double](repeating: 0, count: size * size)
    var next = 0
    for column in 0..<size - width {
      var square = 1.0
      for row in column + width + 1..<max(size, column + width + 1) {
        blocks[column * size + row] = reflections[next]
        square += reflections[next] * reflections[next]
        next += 1
      }
      // 1 − τ v vᵀ is orthogonal if τ is 2/‖v‖², or zero. NaN fails both.
      let factor = factors[column]
      guard factor == 0 || abs(factor * square - 2) < 1e-12 else { return nil }
    }
    (self.size, self.width, self.band, self.factors, self.blocks) =
      (size, width, band, factors, blocks)
  }

  /// The reflections: the part of each vector below its leading 1, column after column.
  package var reflections: [Double] {
    var result = [Double]()
    result.reserveCapacity((size - width) * (size - width - 1) / 2)
    for column in 0..<size - width {
      let below = column * size + column + width + 1
      let end = (column + 1) * size
      if below < end { result += blocks[below..<end] }
    }
    return result
  }

  /// B as a matrix.
  package var matrix: Matrix {
    var result = Matrix(rows: size, columns: size)
    for column in 0..<size {
      for below in 0..<min(width + 1, size - column) {
        let value = band[column * (width + 1) + below]
        (result[column + below, column], result[column, column + below]) = (value, value)
      }
    }
    return result
  }

  /// Qᵀ x for each row x.
  package func reduced(_ rows: Matrix) -> Matrix { applied(.transposed, rows) }

  /// Q y for each row y.
  package func restored(_ rows: Matrix) -> Matrix { applied(.asStored, rows) }

  private func applied(_ orientation: Orientation, _ rows: Matrix) -> Matrix {
    var values = rows.values
    BandRoutines.apply(
      orientation, to: &values, count: rows.rows, reflections: blocks, factors: factors, size: size,
      width: width)
    return Matrix(rows: rows.rows, columns: size, values: values)
  }
}
