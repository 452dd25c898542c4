import LinearAlgebra

/// Lanczos with full re-orthogonalisation: the ends of the spectrum of a symmetric matrix that is known by its products.
struct Lanczos {
  /// An eigenvalue, and how far from it one of the matrix lies at most (the residual of the Ritz vector).
  struct Estimate {
    let value: Double
    let bound: Double
  }

  private var basis: [[Double]]
  private var diagonal = [Double]()
  private var offDiagonal = [Double]()
  /// Whether the vectors span an invariant subspace, so that there is no further step.
  private(set) var hasEnded = false

  /// - Parameters:
  ///   - count: The size of the matrix.
  ///   - seed: The seed of the first direction.
  init(count: Int, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    basis = [(0..<count).map { _ in generator.nextGaussian() }.normalized().vector]
  }

  /// Takes one product with the matrix.
  mutating func step(_ product: ([Double]) -> [Double]) {
    let last = basis[basis.count - 1]
    var image = product(last)
    diagonal.append(image.dot(last))
    // Two passes are enough (Giraud, Langou, Rozloznik, 2005).
    for _ in 0..<2 {
      for vector in basis { image.add(vector, scale: -image.dot(vector)) }
    }
    let (next, norm) = image.normalized()
    offDiagonal.append(norm)
    hasEnded = norm <= 1e-12 * abs(diagonal[0])
    if !hasEnded { basis.append(next) }
  }

  /// The smallest and the largest eigenvalue, as far as the steps tell; call it after the first.
  func extremes() throws -> (smallest: Estimate, largest: Estimate) {
    var matrix = Matrix.diagonal(diagonal)
    for index in diagonal.indices.dropLast() {
      matrix[index, index + 1] = offDiagonal[index]
      matrix[index + 1, index] = offDiagonal[index]
    }
    let eigen = try SymmetricEigen(of: matrix, vectors: .all)
    func estimate(_ index: Int) -> Estimate {
      let last = eigen.vectors[index, diagonal.count - 1]
      return Estimate(
        value: eigen.values[index], bound: abs((offDiagonal.last ?? 0) * last))
    }
    let order = eigen.values.indices.sorted { eigen.values[$0] < eigen.values[$1] }
    return (estimate(order[0]), estimate(order[order.count - 1]))
  }
}
