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
      input: Self.uniform(rows: rank, columns: base.columns, using: &generator),
      output: Self.uniform(rows: base.rows, columns: rank, using: &generator))
  }

  private static func uniform(
    rows: Int, columns: Int, using generator: inout SplitMix64
  ) -> Matrix {
    let bound = 1 / Double(columns).squareRoot()
    var matrix = Matrix(rows: rows, columns: columns)
    for index in matrix.values.indices {
      matrix.values[index] = bound * (2 * generator.nextUniform() - 1)
    }
    return matrix
  }
}
