public import LinearAlgebra

/// RLPO: A₀ is the r leading right singular vectors of W, B₀ zero.
///
/// **Source:** RLPO and RLMO, 2026, arXiv 2606.31813.
public struct PrincipalDirectionsStart: FactorStart {
  public static let key = "rlpo"
  public static let summary = "A the leading right singular vectors of the base, B zero"

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(input: try SingularTriplets(of: base).leading(rank).right, outputs: base.rows)
  }
}
