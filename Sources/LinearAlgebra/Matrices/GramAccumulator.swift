/// How a panel (a slice of a matrix across its longer side) lies in memory.
///
/// A panel of a tall matrix is a few of its rows; one of a wide matrix is a few of its columns. In both cases
/// its vectors run along the short side, so that the Gram matrix is as small as possible.
package enum PanelLayout: Sendable {
  /// `length` rows of `size` values: a panel of a tall matrix.
  case longMajor
  /// `size` rows of `length` values: a panel of a wide matrix.
  case shortMajor
}

/// The sum of PᵀP over the panels P (length × size) of a matrix: its Gram matrix, computed without holding
/// the matrix in memory.
package struct GramAccumulator: Sendable {
  /// The number of rows and columns of the Gram matrix.
  package let size: Int
  private var upper: [Double]

  package init(size: Int) {
    self.size = size
    upper = Array(repeating: 0, count: size * size)
  }

  /// Adds PᵀP of one panel of `length` vectors of `size` values.
  /// - Complexity: O(length · size²), half of a full product.
  package mutating func add(_ panel: [Double], layout: PanelLayout, length: Int) {
    precondition(panel.count >= length * size, "a panel holds length · size values")
    guard length > 0, size > 0 else { return }
    DenseRoutines.addGram(size: size, length: length, panel: panel, layout: layout, into: &upper)
  }

  /// The accumulated Gram matrix, exactly symmetric.
  package func matrix() -> Matrix {
    var result = Matrix(rows: size, columns: size, values: upper)
    result.mirrorUpperTriangle()
    return result
  }
}

extension Matrix {
  /// S ← S + AᵀB + BᵀA, exactly symmetric if S is.
  /// - Precondition: This matrix is square; A and B have equally many rows, as wide as it.
  /// - Complexity: O(rows of A · columns²), half of two products.
  package mutating func addSymmetricProduct(_ left: Matrix, _ right: Matrix) {
    precondition(
      rows == columns && left.columns == columns && right.columns == columns
        && left.rows == right.rows, "the shapes of a symmetric product")
    guard left.rows > 0, columns > 0 else { return }
    DenseRoutines.addSymmetricProduct(
      size: columns, length: left.rows, left.values, right.values, into: &values)
    mirrorUpperTriangle()
  }

  /// Copies the upper triangle of a square matrix onto its lower one.
  mutating func mirrorUpperTriangle() {
    let tile = 32
    for top in stride(from: 0, to: rows, by: tile) {
      for left in stride(from: top, to: columns, by: tile) {
        for row in top..<min(top + tile, rows) {
          for column in max(left, row + 1)..<max(min(left + tile, columns), row + 1) {
            values[column * columns + row] = values[row * columns + column]
          }
        }
      }
    }
  }
}

/// The sum of PᵀQ over pairs of panels of two matrices of equal length: their cross Gram matrix.
package struct CrossAccumulator: Sendable {
  /// The short dimension of the first and of the second matrix.
  package let rows: Int, columns: Int
  private var sum: Matrix

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    sum = Matrix(rows: rows, columns: columns)
  }

  /// Adds PᵀQ, where P holds `length` vectors of `rows` values and Q as many of `columns`.
  /// - Complexity: O(length · rows · columns).
  package mutating func add(
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
  package func matrix() -> Matrix { sum }
}
