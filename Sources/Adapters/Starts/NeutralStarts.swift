package import LinearAlgebra

// Starts whose product B₀A₀ is zero and that use only the shape of the base.

/// PEFT's default: A uniform in ±1/√in, B zero.
///
/// **Source:** He et al., "Delving deep into rectifiers", 2015, arXiv 1502.01852, with PEFT's slope √5.
package struct KaimingStart: FactorStart {
  package static let key = "kaiming"
  package static let summary = "A uniform, B zero"
  package static let formula = "A uniform in ±1/√n, B = 0"

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    FactorPair(
      input: generator.uniformMatrix(
        rows: rank, columns: base.columns, bound: 1 / Double(base.columns).squareRoot()),
      outputs: base.rows)
  }
}

/// A normal with standard deviation 1/r, B zero.
///
/// **Source:** PEFT, `init_lora_weights="gaussian"`.
package struct GaussianStart: FactorStart {
  package static let key = "gaussian"
  package static let summary = "A normal, B zero"
  package static let formula = "A normal of deviation 1/r, B = 0"

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let input = generator.gaussianMatrix(rows: rank, columns: base.columns)
    return FactorPair(input: 1 / Double(rank) * input, outputs: base.rows)
  }
}

/// Both factors are random, but their product is zero: A₀ = 0.1 · Qₑᵀ · G and B₀ = 0.1 · H · Qₒ. Qₑ and Qₒ are
/// the rows with even and odd index of a random orthogonal r × r matrix; G and H have normal entries.
///
/// B₀A₀ is zero up to rounding, since Qₒ · Qₑᵀ = 0. The rank must be even.
///
/// **Source:** PEFT, `init_lora_weights="orthogonal"`.
package struct OrthogonalStart: FactorStart {
  package static let key = "orthogonal"
  package static let summary = "A and B random, their product zero"
  package static let formula = "A = .1·Qₑᵀ·G, B = .1·H·Qₒ, random, BA = 0"

  package init() {}

  package static func check(rank: Int, module: AdaptedModule) throws(AdapterError) {
    guard rank.isMultiple(of: 2) else {
      throw .oddRank(module: module.name, rank: rank, start: key)
    }
  }

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
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
