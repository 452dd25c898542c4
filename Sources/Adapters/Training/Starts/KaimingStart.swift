public import LinearAlgebra

/// PEFT's default: A uniform in ±1/√in, B zero.
///
/// **Source:** He et al., "Delving deep into rectifiers", 2015, arXiv 1502.01852, with PEFT's slope √5.
public struct KaimingStart: FactorStart {
  public static let key = "kaiming"
  public static let summary = "A uniform, B zero"

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let bound = 1 / Double(base.columns).squareRoot()
    var input = Matrix(rows: rank, columns: base.columns)
    for index in input.values.indices {
      input.values[index] = bound * (2 * generator.nextUniform() - 1)
    }
    return FactorPair(input: input, outputs: base.rows)
  }
}
