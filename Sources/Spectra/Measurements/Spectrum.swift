import LinearAlgebra

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
  /// √Σ s², also where the squares leave the range of numbers.
  package let norm: Double

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
    let squares = energy ?? values.reduce(0) { $0 + $1 * $1 }
    self.energy = squares
    norm = EuclideanNorm.of(values, squares: squares)
  }

  /// Whether sums of squares and their products keep their digits.
  var hasUsableSquares: Bool { energy >= EuclideanNorm.smallestSquares }

  /// The same spectrum in a unit in which its squares keep their digits. Ratios of its numbers are those of this one: the
  /// unit is a power of two, which changes no digit.
  var inUsableUnit: Spectrum {
    guard !hasUsableSquares, largest > 0 else { return self }
    func scaled(_ value: Double) -> Double {
      Double(sign: .plus, exponent: -largest.exponent, significand: value)
    }
    return Spectrum(
      values: values.map(scaled), rows: rows, columns: columns, noise: scaled(noise))
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
