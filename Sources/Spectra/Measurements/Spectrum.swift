/// The singular values of a matrix, largest first, with what metrics ask of them most.
public struct Spectrum: Sendable {
  /// Non-negative, largest first; for a factored update only those that can differ from zero.
  public let values: [Double]
  /// The dimensions of the matrix they belong to.
  public let rows: Int, columns: Int
  /// The distance from 1 to the next number in the type the matrix was stored in.
  public let storageEpsilon: Double
  /// Σ s and Σ s².
  public let sum: Double, energy: Double

  /// - Parameters:
  ///   - values: Sorted, largest first.
  ///   - rows: Of the matrix.
  ///   - columns: Of the matrix.
  ///   - storageEpsilon: The distance from 1 to the next number in its storage type.
  ///   - energy: Σ s² over all values, where `values` are only the first.
  public init(
    values: [Double], rows: Int, columns: Int, storageEpsilon: Double = .ulpOfOne,
    energy: Double? = nil
  ) {
    self.values = values
    self.rows = rows
    self.columns = columns
    self.storageEpsilon = storageEpsilon
    sum = values.reduce(0, +)
    self.energy = energy ?? values.reduce(0) { $0 + $1 * $1 }
  }

  /// min(rows, columns): how many singular values the matrix has, zeros included.
  public var fullCount: Int { min(rows, columns) }
  /// s₀, zero for an empty matrix.
  public var largest: Double { values.first ?? 0 }
  /// Whether the matrix is zero.
  public var isZero: Bool { largest == 0 }
}
