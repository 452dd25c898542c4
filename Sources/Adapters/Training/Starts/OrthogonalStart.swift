public import LinearAlgebra

/// Both factors random and their product zero: the rows of a random orthogonal r × r matrix Q are shared
/// out, the even ones to A and the odd ones to B, each mixed by normal numbers and divided by 10.
///
/// B₀A₀ is zero to rounding, since rows of Q are orthogonal. The rank must be even.
///
/// **Source:** PEFT, `init_lora_weights="orthogonal"`.
public struct OrthogonalStart: FactorStart {
  public static let key = "orthogonal"
  public static let summary = "A and B random, their product zero"

  public init() {}

  public static func check(
    rank: Int, module: AdaptedModule
  ) throws(AdapterError) {
    guard rank.isMultiple(of: 2) else {
      throw .oddRank(module: module.name, rank: rank, start: key)
    }
  }

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let orthogonal = generator.orthonormalFrame(rows: rank, columns: rank)
    let inputs = generator.gaussianMatrix(rows: rank / 2, columns: base.columns)
    let outputs = generator.gaussianMatrix(rows: base.rows, columns: rank / 2)
    let input = Matrix.product(Self.rows(of: orthogonal, from: 0), .transposed, inputs)
    return FactorPair(
      input: 0.1 * input, output: 0.1 * (outputs * Self.rows(of: orthogonal, from: 1)))
  }

  private static func rows(of matrix: Matrix, from first: Int) -> Matrix {
    let rows = stride(from: first, to: matrix.rows, by: 2)
    return Matrix(
      rows: matrix.rows / 2, columns: matrix.columns, values: rows.flatMap { matrix.row($0) })
  }
}
