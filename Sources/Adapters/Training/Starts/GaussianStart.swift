public import LinearAlgebra

/// A normal with deviation 1/r, B zero.
///
/// **Source:** PEFT, `init_lora_weights="gaussian"`.
public struct GaussianStart: FactorStart {
  public static let key = "gaussian"
  public static let summary = "A normal, B zero"

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let input = generator.gaussianMatrix(rows: rank, columns: base.columns)
    return FactorPair(input: 1 / Double(rank) * input, outputs: base.rows)
  }
}
