public import LinearAlgebra

/// PiSSA: the r largest singular triplets of W, split evenly: s·B₀A₀ = UᵣΣᵣVᵣᵀ.
///
/// **Source:** Meng, Wang, Zhang, "PiSSA: principal singular values and singular vectors adaptation
/// of large language models", 2024, arXiv 2404.02948, equations 2-4.
public struct PrincipalStart: FactorStart {
  public static let key = "pissa"
  public static let summary = "largest singular triplets of the base, taken out of it"
  public static let leavesResidual = true

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(splitting: try SingularTriplets(of: base).leading(rank), scale: scale)
  }
}
