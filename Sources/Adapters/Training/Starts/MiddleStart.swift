public import LinearAlgebra

/// The r singular triplets in the middle of the spectrum of W, split evenly: between PiSSA and MiLoRA,
/// for studies that separate where a start lies from how large it is.
public struct MiddleStart: FactorStart {
  public static let key = "middle"
  public static let summary =
    "singular triplets of the middle of the spectrum, taken out of the base"
  public static let leavesResidual = true

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let triplets = try SingularTriplets(of: base)
    let first = (triplets.values.count - rank) / 2
    return FactorPair(splitting: triplets.slice(first..<first + rank), scale: scale)
  }
}
