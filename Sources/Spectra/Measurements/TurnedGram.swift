import LinearAlgebra

/// A Gram matrix in the basis in which it is at hand: as it is, or QᵀGQ, the band that it was reduced to.
struct TurnedGram {
  /// The matrix in that basis.
  private(set) var matrix: Matrix
  /// Its eigenvectors are turned back by this.
  private var band: BandReduction?

  init(_ matrix: Matrix) { self.matrix = matrix }

  init(_ band: BandReduction) {
    matrix = band.matrix
    self.band = band
  }

  /// G ← G + AᵀB + BᵀA.
  mutating func addSymmetricProduct(_ left: Matrix, _ right: Matrix) {
    guard let band else { return matrix.addSymmetricProduct(left, right) }
    let turned = band.reduced(.stackedRows([left, right]))
    matrix.addSymmetricProduct(
      turned.rowSlice(0..<left.rows), turned.rowSlice(left.rows..<turned.rows))
  }

  /// G ← G + A + Aᵀ + S with a symmetric S.
  mutating func addSum(_ half: Matrix, symmetric: Matrix) {
    if let band {
      matrix = band.restored(band.restored(matrix).transposed())
      self.band = nil
    }
    matrix.values.addSums(half.values, half.transposed().values, symmetric.values)
  }

  /// The eigenvalues of G, and its leading eigenvectors.
  func eigen(leading count: Int) throws -> Eigen {
    try Eigen(turned: SymmetricEigen(of: matrix, vectors: .leading(count)), band: band)
  }

  /// Its eigenvalues, with eigenvectors that are turned back.
  struct Eigen {
    fileprivate let turned: SymmetricEigen
    fileprivate let band: BandReduction?

    /// All of them, largest first.
    var values: [Double] { turned.values }

    /// The leading ones, as many as were asked for, one a row.
    var vectors: Matrix { band?.restored(turned.vectors) ?? turned.vectors }

    /// Those of the smallest eigenvalues, one a row.
    func trailingVectors(_ count: Int) throws -> Matrix {
      let found = try turned.trailingVectors(count)
      return band?.restored(found) ?? found
    }
  }
}
