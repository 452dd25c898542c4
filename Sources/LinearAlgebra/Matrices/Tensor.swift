/// An array of any number of dimensions, stored row-major, as read from a file.
public struct Tensor: Equatable, Sendable {
  /// The length of each dimension, slowest first; empty for a single number.
  public let shape: [Int]
  /// The entries, as many as the product of `shape`.
  public let values: [Double]

  /// - Precondition: `values` holds as many entries as `shape` says.
  public init(shape: [Int], values: [Double]) {
    precondition(values.count == shape.reduce(1, *), "a tensor holds as many values as its shape")
    self.shape = shape
    self.values = values
  }

  /// The same entries as a matrix: the first dimension × all others together.
  public var matrix: Matrix {
    let rows = shape.first ?? 1
    return Matrix(rows: rows, columns: rows == 0 ? 0 : values.count / rows, values: values)
  }
}
