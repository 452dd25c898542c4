import Checkpoints
package import Spectra
package import Updates

/// A stored matrix that is read one panel at a time.
package struct StoredPanels: PanelSource {
  package let matrix: StoredMatrix

  package init(_ matrix: StoredMatrix) { self.matrix = matrix }

  package var shape: OrientedShape {
    OrientedShape(rows: matrix.rows, columns: matrix.columns)
  }

  package func read(_ range: Range<Int>, into panel: inout [Double]) throws {
    let rows = shape.isTall ? range : 0..<matrix.rows
    let columns = shape.isTall ? 0..<matrix.columns : range
    panel.resize(to: rows.count * columns.count)
    try unsafe panel.withUnsafeMutableBufferPointer { buffer in
      try unsafe matrix.read(rows: rows, columns: columns, into: buffer)
    }
  }
}

extension [Double] {
  /// Changes the length of the array without allocating if possible; all entries are overwritten afterwards.
  fileprivate mutating func resize(to count: Int) {
    if self.count > count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }
}
