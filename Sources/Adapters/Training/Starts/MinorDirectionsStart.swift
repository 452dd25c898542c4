public import LinearAlgebra

/// RLMO: A₀ is the last r of the min(in, out) right singular vectors of W, B₀ zero.
///
/// **Source:** RLPO and RLMO, 2026, arXiv 2606.31813.
public struct MinorDirectionsStart: FactorStart {
  public static let key = "rlmo"
  public static let summary = "A the last right singular vectors of the base, B zero"

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(input: try SingularTriplets(of: base).trailing(rank).right, outputs: base.rows)
  }
}
