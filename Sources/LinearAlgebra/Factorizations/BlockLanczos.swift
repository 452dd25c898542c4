/// The largest eigenvalues of a symmetric operator and their eigenvectors, by block Lanczos with full
/// reorthogonalisation. Explicit residuals decide when it stops. For matrices that are too wide for a full
/// decomposition.
///
/// Differs from the textbook: the whole projected operator is kept, and the Ritz pairs come from it instead
/// of from the three-term recurrence. This costs little compared with applying the operator, and the residual
/// ‖A v − λ v‖ stays exact.
///
/// **Source:** Golub and Underwood, "The block Lanczos method for computing eigenvalues", Mathematical
/// Software III, 1977; Saad, Numerical Methods for Large Eigenvalue Problems, 2011, section 6.5.
public struct BlockLanczos: Sendable {
  /// The wanted eigenvalues, largest first.
  public let values: [Double]
  /// One eigenvector a row.
  public let vectors: Matrix
  /// The largest ‖A v − λ v‖ over the wanted pairs, relative to the largest eigenvalue.
  public let residual: Double
  /// How many times the operator was applied to a block.
  public let steps: Int
}

extension BlockLanczos {
  /// Finds eigenpairs.
  /// - Parameters:
  ///   - size: The dimension n of the operator.
  ///   - count: How many pairs are wanted, at most n.
  ///   - tolerance: The largest residual, relative to the largest eigenvalue.
  ///   - seed: The seed of the random block that the iteration starts from.
  ///   - operation: Applies the operator to each row of a b×n block.
  /// - Throws: ``LinearAlgebraError/residualTooLarge(wanted:reached:steps:)`` if the residuals are still too
  ///   large when the basis has max(40 · count, 400) vectors; what the operation throws.
  /// - Complexity: O(steps · (cost of the operation + n · basis²)), because the projection is made anew in each step.
  public init(
    size: Int, count: Int, tolerance: Double = 1e-10, seed: UInt64 = 1,
    applying operation: (Matrix) throws -> Matrix
  ) throws {
    precondition(count >= 1 && count <= size, "as many pairs as the operator has at most")
    let width = min(size, max(8, count + count / 2))
    let limit = min(size, max(40 * count, 400))
    var generator = SplitMix64(seed: seed)
    var block = generator.orthonormalFrame(rows: size, columns: width).transposed()
    var basis = Matrix(rows: 0, columns: size)
    var images = Matrix(rows: 0, columns: size)
    var steps = 0
    while true {
      let image = try operation(block)
      steps += 1
      basis = .stackedRows([basis, block])
      images = .stackedRows([images, image])
      let projected = Matrix.product(basis, .asStored, images, .transposed)
      let ritz = try SymmetricEigen(of: projected, vectors: .leading(min(count, basis.rows)))
      let vectors = ritz.vectors * basis
      let residual = Self.residual(vectors, ritz, images: images)
      if basis.rows >= count, residual <= tolerance || basis.rows == size {
        values = Array(ritz.values[..<count])
        self.vectors = vectors
        self.residual = residual
        self.steps = steps
        return
      }
      guard basis.rows < limit else {
        throw LinearAlgebraError.residualTooLarge(
          wanted: tolerance, reached: residual, steps: steps)
      }
      block = try Self.nextBlock(
        image, basis: basis, width: min(width, size - basis.rows), using: &generator)
    }
  }

  /// The largest ‖A v − λ v‖ over Ritz pairs, relative to the largest λ.
  private static func residual(
    _ vectors: Matrix, _ ritz: SymmetricEigen, images: Matrix
  ) -> Double {
    let applied = ritz.vectors * images
    let largest = ritz.values.first ?? 0
    return (0..<vectors.rows).reduce(0) { worst, row in
      let square = zip(applied.row(row), vectors.row(row)).reduce(0) { sum, pair in
        let difference = pair.0 - ritz.values[row] * pair.1
        return sum + difference * difference
      }
      return max(worst, largest > 0 ? square.squareRoot() / largest : 0)
    }
  }

  /// The part of an image that is orthogonal to the basis, made orthonormal. If the image has too few new
  /// directions, random ones are added.
  private static func nextBlock(
    _ image: Matrix, basis: Matrix, width: Int,
    using generator: inout SplitMix64
  ) throws -> Matrix {
    var candidate = image.rowSlice(0..<min(width, image.rows))
    // Orthogonalising twice is enough (Kahan and Parlett). Random rows replace rows that vanish.
    for attempt in 0..<3 {
      let overlap = Matrix.product(candidate, .asStored, basis, .transposed)
      candidate = candidate - overlap * basis
      let factors = try QRFactors(of: candidate.transposed())
      candidate = factors.q.transposed()
      let scale = (0..<width).map { factors.r[$0, $0].magnitude }.max() ?? 0
      for row in 0..<width where factors.r[row, row].magnitude <= 1e-12 * scale || scale == 0 {
        guard attempt < 2 else { break }
        for column in 0..<candidate.columns { candidate[row, column] = generator.nextGaussian() }
      }
    }
    return candidate
  }
}
