package import LinearAlgebra

/// Random orthonormal directions with the magnitudes of PiSSA, taken out of the base: for studies that
/// separate the directions of a start from its size.
package struct RandomResidualStart: FactorStart {
  package static let key = "random-residual"
  package static let summary = "random directions as large as PiSSA's, taken out of the base"
  package static let formula = "random frames with the σ of the r largest triplets"
  package static let leavesResidual = true

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let left = generator.orthonormalFrame(rows: base.rows, columns: rank)
    let right = generator.orthonormalFrame(rows: base.columns, columns: rank)
    let triplets = SingularTriplets(
      left: left, values: Array(try base.matrix().singularValues()[..<rank]),
      right: right.transposed())
    return FactorPair(splitting: triplets, scale: scale)
  }
}
