import LinearAlgebra
import Spectra
import Testing

/// The metrics written straight from their definitions with full decompositions of W, ΔW and W + ΔW:
/// slow, and independent of the Gram products that the analysis works with.
struct NaiveDefinitions {
  let base: SingularTriplets
  let update: SingularTriplets
  let adapted: SingularTriplets
  let weight: Matrix
  let change: Matrix
  let count: Int

  init(base weight: Matrix, update change: Matrix, topCount: Int) throws {
    self.weight = weight
    self.change = change
    base = try SingularTriplets(of: weight)
    update = try SingularTriplets(of: change)
    adapted = try SingularTriplets(of: weight + change)
    count = max(1, min(topCount, min(weight.rows, weight.columns) / 2))
  }

  var energy: Double { change.frobeniusNorm() * change.frobeniusNorm() }

  /// ‖ΔW vⱼ‖² for each j.
  var rightEnergies: [Double] {
    let products = Matrix.product(change, .asStored, base.right, .transposed)
    return (0..<products.columns).map { j in
      (0..<products.rows).reduce(0) { $0 + products[$1, j] * products[$1, j] }
    }
  }

  /// ‖uⱼᵀ ΔW‖² for each j.
  var leftEnergies: [Double] {
    let products = Matrix.product(base.left, .transposed, change, .asStored)
    return (0..<products.rows).map { products.row($0).reduce(0) { $0 + $1 * $1 } }
  }

  var twoSided: Double {
    let left = Matrix.product(base.left.columnSlice(0..<count), .transposed, change, .asStored)
    let both = Matrix.product(left, .asStored, base.right.rowSlice(0..<count), .transposed)
    return both.frobeniusNorm() * both.frobeniusNorm() / energy
  }

  var normalizedSpectralShift: Double {
    let squares = zip(adapted.values, base.values).reduce(0) {
      $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }
    return squares.squareRoot() / weight.frobeniusNorm()
  }

  var leftCosines: [Double] {
    get throws {
      try Matrix.product(
        base.left.columnSlice(0..<count), .transposed, adapted.left.columnSlice(0..<count),
        .asStored
      ).singularValues()
    }
  }

  var rightCosines: [Double] {
    get throws {
      try Matrix.product(
        base.right.rowSlice(0..<count), .asStored, adapted.right.rowSlice(0..<count), .transposed
      ).singularValues()
    }
  }

  var bestMatches: [Double] {
    let products = Matrix.product(base.left, .transposed, adapted.left, .asStored)
    return (0..<min(10, products.columns)).map { column in
      (0..<products.rows).reduce(0) { max($0, products[$1, column].magnitude) }
    }
  }
}

/// Measures an update with everything switched on.
func measure(
  base: Matrix, update: WeightUpdate, topCount: Int = 16,
  wanted: ChangeMeasurements.Wanted = .all,
  rounding: @escaping @Sendable (inout [Double]) -> Void = { _ in }
) throws -> ChangeMeasurements? {
  let reference = DenseReference(base, rounding: rounding)
  return try ChangeMeasurements(
    UpdateForm(update, base: reference.panels), of: reference, topCount: topCount, wanted: wanted)
}

/// A matrix with a decaying spectrum and Haar-random singular vectors, like a trained weight.
func trainedLikeMatrix(
  rows: Int, columns: Int, using generator: inout SplitMix64, decay: Double = 0.15
) -> Matrix {
  let count = min(rows, columns)
  var left = generator.orthonormalFrame(rows: rows, columns: count)
  let right = generator.orthonormalFrame(rows: columns, columns: count)
  for row in 0..<rows {
    for column in 0..<count { left[row, column] *= 1 / (1 + decay * Double(column)) }
  }
  return Matrix.product(left, .asStored, right, .transposed)
}

/// Measures an update of a base whose singular vectors are formed, or not.
func measure(base: Matrix, update: WeightUpdate, isReduced: Bool) throws -> ChangeMeasurements {
  let panels = DensePanels(base)
  let reference = DenseReference(
    base, geometry: try BaseGeometry(of: panels, isReduced: isReduced))
  return try #require(
    try ChangeMeasurements(
      UpdateForm(update, base: panels), of: reference, topCount: 3, wanted: .all))
}
