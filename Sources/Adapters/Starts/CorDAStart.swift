package import LinearAlgebra

/// CorDA: the r largest singular triplets of WC, where C is the covariance of the inputs. The right vectors
/// are multiplied by C⁻¹, and the product is taken out of the base.
///
/// The inputs are divided by their largest entry. C is damped by adding 0.01 of its mean diagonal to its
/// diagonal. The damping is doubled until ‖C·C⁻¹ − I‖ is below 0.05. This is the paper's
/// instruction-previewed mode.
///
/// **Source:** Yang et al., "CorDA: context-oriented decomposition adaptation of large language models
/// for task-aware parameter-efficient fine-tuning", 2024, arXiv 2406.05223, section 3; damping as in
/// PEFT.
package struct CorDAStart: FactorStart {
  package static let key = "corda"
  package static let summary =
    "triplets weighted by the covariance of the inputs, taken out of the base"
  package static let formula =
    "the r largest triplets of WC, times C⁻¹; C the covariance of the inputs"
  package static let leavesResidual = true
  package static let needsCalibration = true
  private static let damping = 0.01
  private static let tolerance = 0.05
  private static let attempts = 40

  package init() {}

  package func factors(
    base: any BaseWeight, rank: Int, scale: Double, using generator: inout SplitMix64,
    calibration: Calibration?
  ) throws -> FactorPair {
    let inputs = try Self.required(calibration).checkedInputs(
      start: Self.key, rows: 1, columns: base.columns)
    let (covariance, inverse) = try Self.covariance(of: inputs)
    let triplets = try SingularTriplets(of: base.matrix() * covariance).leading(rank)
    return FactorPair(
      splitting: SingularTriplets(
        left: triplets.left, values: triplets.values, right: triplets.right * inverse),
      scale: scale)
  }

  /// The damped covariance and its inverse.
  private static func covariance(
    of inputs: Matrix
  ) throws -> (Matrix, Matrix) {
    let largest = inputs.values.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else {
      throw AdapterError.singularCovariance(start: key)
    }
    let raw = 1 / (largest * largest * Double(inputs.rows)) * inputs.gram()
    let size = raw.rows
    let mean = (0..<size).reduce(0) { $0 + raw[$1, $1] } / Double(size)
    var share = damping
    for _ in 0..<attempts {
      var damped = raw
      for index in 0..<size { damped[index, index] += share * mean }
      let inverse = try inverted(damped)
      if (damped * inverse - .identity(size)).frobeniusNorm() < tolerance {
        return (damped, inverse)
      }
      share *= 2
    }
    throw AdapterError.singularCovariance(start: key)
  }

  private static func inverted(_ matrix: Matrix) throws -> Matrix {
    let eigen = try SymmetricEigen(of: matrix, vectors: .all)
    let scaled = Matrix.diagonal(eigen.values.map { 1 / $0 }) * eigen.vectors
    return Matrix.product(eigen.vectors, .transposed, scaled)
  }
}
