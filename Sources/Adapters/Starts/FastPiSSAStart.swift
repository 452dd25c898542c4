package import LinearAlgebra

/// PiSSA from a randomised decomposition with four power iterations and no oversampling, as in the published
/// fast form. If the spectrum is flat, the triplets are far from the largest ones.
///
/// **Source:** Meng, Wang, Zhang, "PiSSA", 2024, arXiv 2404.02948, section 3; Halko, Martinsson, Tropp,
/// "Finding structure with randomness", SIAM Review 53, 2011, algorithm 4.4.
package struct FastPiSSAStart: FactorStart {
  package static let key = "pissa-fast"
  package static let summary =
    "about the largest singular triplets, from a randomised decomposition"
  package static let formula = "the same, of a randomised decomposition"
  package static let leavesResidual = true
  private static let iterations = 4

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let weight = try base.matrix()
    let isWide = weight.rows < weight.columns
    let tall = isWide ? weight.transposed() : weight
    let found = try Self.triplets(of: tall, count: rank, using: &generator)
    let triplets =
      isWide
      ? SingularTriplets(
        left: found.right.transposed(), values: found.values, right: found.left.transposed())
      : found
    return FactorPair(splitting: triplets, scale: scale)
  }

  private static func triplets(
    of matrix: Matrix, count: Int, using generator: inout SplitMix64
  ) throws -> SingularTriplets {
    let sample = generator.gaussianMatrix(rows: matrix.columns, columns: count)
    var basis = try QRFactors(of: matrix * sample).q
    for _ in 0..<iterations {
      let other = try QRFactors(of: Matrix.product(matrix, .transposed, basis)).q
      basis = try QRFactors(of: matrix * other).q
    }
    let small = try SingularTriplets(of: Matrix.product(basis, .transposed, matrix))
    return SingularTriplets(
      left: basis * small.left, values: small.values, right: small.right)
  }
}
