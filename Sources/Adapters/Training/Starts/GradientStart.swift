public import LinearAlgebra

/// LoRA-GA: A₀ is the r leading right singular vectors of the weight's gradient, B₀ the next r left ones;
/// taken out of the base.
///
/// Both are scaled by ⁴√out/√16, so that the first steps are as large as those of full fine-tuning.
/// PEFT multiplies B₀ by the singular values as well, and leaves A₀ unscaled. The rank is at most half
/// the smaller dimension.
///
/// **Source:** Wang, Yu, Li, "LoRA-GA: low-rank adaptation with gradient approximation", 2024,
/// arXiv 2407.05000, algorithm 1, with γ = 16.
public struct GradientStart: FactorStart {
  public static let key = "lora-ga"
  public static let summary = "singular vectors of the weight's gradient, taken out of the base"
  public static let leavesResidual = true
  public static let needsCalibration = true
  private static let stability = 16.0

  public init() {}

  public static func check(
    rank: Int, module: AdaptedModule
  ) throws(AdapterError) {
    try module.checkRank(rank, limit: min(module.shape.rows, module.shape.columns) / 2)
  }

  public func factors(
    base: Matrix, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let gradient = try Self.required(calibration).weightGradient
    guard gradient.rows == base.rows, gradient.columns == base.columns else {
      throw AdapterError.calibrationShape(
        start: Self.key, found: MatrixShape(rows: gradient.rows, columns: gradient.columns),
        rows: base.rows, columns: base.columns)
    }
    let triplets = try SingularTriplets(of: gradient)
    let size = Double(base.rows).squareRoot().squareRoot() / Self.stability.squareRoot()
    return FactorPair(
      input: size * triplets.right.rowSlice(0..<rank),
      output: size * triplets.left.columnSlice(rank..<2 * rank))
  }
}
