/// The singular values of a matrix, largest first, with the quantities that metrics use most.
public struct Spectrum: Sendable {
  /// Non-negative, largest first; for a factored update only those that can differ from zero.
  public let values: [Double]
  /// The dimensions of the matrix they belong to.
  public let rows: Int, columns: Int
  /// The spectral norm of the rounding errors in the data that the matrix was computed from. A singular value
  /// up to this size may be rounding only.
  public let noise: Double
  /// Σ s and Σ s².
  public let sum: Double, energy: Double

  /// - Parameters:
  ///   - values: Sorted, largest first.
  ///   - rows: Of the matrix.
  ///   - columns: Of the matrix.
  ///   - noise: The spectral norm of the rounding errors that the matrix may contain.
  ///   - energy: Σ s² over all values, if `values` are only the leading ones.
  public init(
    values: [Double], rows: Int, columns: Int, noise: Double = 0,
    energy: Double? = nil
  ) {
    self.values = values
    self.rows = rows
    self.columns = columns
    self.noise = noise
    sum = values.reduce(0, +)
    self.energy = energy ?? values.reduce(0) { $0 + $1 * $1 }
  }

  /// min(rows, columns): how many singular values the matrix has, zeros included.
  public var fullCount: Int { min(rows, columns) }
  /// s₀, zero for an empty matrix.
  public var largest: Double { values.first ?? 0 }
  /// What a singular value must exceed to count: the noise, or the rounding of the decomposition, by the
  /// rule of `numpy.linalg.matrix_rank`.
  var tolerance: Double { max(largest * Double(max(rows, columns)) * .ulpOfOne, noise) }
  /// Whether the matrix is zero.
  public var isZero: Bool { largest == 0 }
}
