public import LinearAlgebra

/// MiLoRA: the r smallest of the min(in, out) singular triplets of W, split evenly.
///
/// Differs from the published code, which does not divide the singular values by s and holds for α = r
/// only: here s·B₀A₀ is the block for every scale.
///
/// **Source:** Wang et al., "MiLoRA: harnessing minor singular components for parameter-efficient LLM
/// finetuning", 2024, arXiv 2406.09044, section 3.
public struct MinorStart: FactorStart {
  public static let key = "milora"
  public static let summary = "smallest singular triplets of the base, taken out of it"
  public static let leavesResidual = true

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(splitting: try SingularTriplets(of: base).trailing(rank), scale: scale)
  }
}
