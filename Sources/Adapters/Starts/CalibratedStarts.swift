package import LinearAlgebra

// Starts that depend on a batch of the task.

/// EVA: A₀ is the r leading right singular vectors of the module's inputs, B₀ is zero.
///
/// The paper also redistributes ranks among modules by explained variance; here each module keeps its rank.
///
/// **Source:** Paischer et al., "One initialization to rule them all: fine-tuning via explained
/// variance adaptation", 2024, arXiv 2410.07170, algorithm 1.
package struct EVAStart: FactorStart {
  package static let key = "eva"
  package static let summary = "A the leading directions of the inputs, B zero"
  package static let formula = "A = r leading directions of the inputs, B = 0"
  package static let needsCalibration = true

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let inputs = try Self.required(calibration).checkedInputs(
      start: Self.key, rows: rank, columns: base.columns)
    return FactorPair(
      input: try SingularTriplets(of: inputs).leading(rank).right, outputs: base.rows)
  }
}

/// LoRA-GA: A₀ is the r leading right singular vectors of the weight's gradient, B₀ the next r left ones.
/// Their product is taken out of the base.
///
/// Both are scaled by ⁴√out/√16, so that the first steps are as large as those of full fine-tuning.
/// PEFT multiplies B₀ by the singular values as well, and leaves A₀ unscaled. The rank is at most half
/// the smaller dimension.
///
/// **Source:** Wang, Yu, Li, "LoRA-GA: low-rank adaptation with gradient approximation", 2024,
/// arXiv 2407.05000, algorithm 1, with γ = 16.
package struct LoRAGAStart: FactorStart {
  package static let key = "lora-ga"
  package static let summary = "singular vectors of the weight's gradient, taken out of the base"
  package static let formula = "singular vectors of ∂L/∂W: right 1 … r, left r + 1 … 2r"
  package static let leavesResidual = true
  package static let needsCalibration = true
  private static let stability = 16.0

  package init() {}

  package static func check(
    rank: Int, module: AdaptedModule
  ) throws(AdapterError) {
    try module.checkRank(rank, limit: min(module.shape.rows, module.shape.columns) / 2)
  }

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
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

extension Calibration {
  /// The inputs if they have at least `rows` rows and exactly `columns` columns.
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
