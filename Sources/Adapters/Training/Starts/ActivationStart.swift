public import LinearAlgebra

/// EVA: A₀ is the r leading right singular vectors of the module's inputs, B₀ zero.
///
/// The method also shares out ranks among modules by explained variance; here each keeps its own.
///
/// **Source:** Paischer et al., "One initialization to rule them all: fine-tuning via explained
/// variance adaptation", 2024, arXiv 2410.07170, algorithm 1.
public struct ActivationStart: FactorStart {
  public static let key = "eva"
  public static let summary = "A the leading directions of the inputs, B zero"
  public static let needsCalibration = true

  public init() {}

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let inputs = try Self.required(calibration).checkedInputs(
      start: Self.key, rows: rank, columns: base.columns)
    return FactorPair(
      input: try SingularTriplets(of: inputs).leading(rank).right, outputs: base.rows)
  }
}

extension Calibration {
  /// The inputs, if they are at least so many rows of this width.
  func checkedInputs(
    start: String, rows: Int, columns: Int
  ) throws(AdapterError) -> Matrix {
    guard inputs.columns == columns, inputs.rows >= rows else {
      throw .calibrationShape(
        start: start, found: MatrixShape(rows: inputs.rows, columns: inputs.columns), rows: rows,
        columns: columns)
    }
    return inputs
  }
}
