/// The sum of PᵀQ over pairs of panels of two matrices of one shape: their cross Gram matrix.
public struct CrossAccumulator: Sendable {
  /// The short dimension of the first and of the second matrix.
  public let rows: Int, columns: Int
  private var sum: Matrix

  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    sum = Matrix(rows: rows, columns: columns)
  }

  /// Adds PᵀQ, where P holds `length` vectors of `rows` values and Q as many of `columns`.
  /// - Complexity: O(length · rows · columns).
  public mutating func add(
    _ left: [Double], _ leftLayout: PanelLayout, _ right: [Double], _ rightLayout: PanelLayout,
    length: Int
  ) {
    precondition(
      left.count >= length * rows && right.count >= length * columns,
      "a panel holds length · size values")
    guard length > 0, rows > 0, columns > 0 else { return }
    DenseRoutines.addProduct(
      rows: rows, columns: columns, inner: length,
      left: left, leftLayout == .longMajor ? .transposed : .asStored,
      right: right, rightLayout == .longMajor ? .asStored : .transposed, into: &sum.values)
  }

  /// The accumulated PᵀQ.
  public func matrix() -> Matrix { sum }
}
