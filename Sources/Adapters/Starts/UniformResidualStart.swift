package import LinearAlgebra

/// Init[AB]: both factors uniform in ±1/√(their inputs), A in ±1/√in and B in ±1/√r, and their product taken out of the base.
/// Neither factor is zero, and neither knows the base: for studies that separate both from the directions of a start.
///
/// **Source:** "Learning rate matters", 2026, arXiv 2602.04998.
package struct UniformResidualStart: FactorStart {
  package static let key = "init-ab"
  package static let summary = "A and B uniform, their product taken out of the base"
  package static let formula = "A uniform in ±1/√n, B uniform in ±1/√r"
  package static let leavesResidual = true

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(
      input: generator.uniformMatrix(
        rows: rank, columns: base.columns, bound: 1 / Double(base.columns).squareRoot()),
      output: generator.uniformMatrix(
        rows: base.rows, columns: rank, bound: 1 / Double(rank).squareRoot()))
  }
}
