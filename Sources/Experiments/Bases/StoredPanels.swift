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
      var start = 0
      for piece in matrix.pieces {
        let height = piece.rows.count * piece.weight.columns / max(matrix.columns, 1)
        let here = rows.clamped(to: start..<start + height)
        // Added to a position in the matrix, this gives the position in the tensor of this piece.
        let origin = piece.rows.lowerBound * piece.weight.columns - start * matrix.columns
        start += height
        if here.isEmpty { continue }
        let lines = ElementLines(
          first: origin + here.lowerBound * matrix.columns + columns.lowerBound,
          count: here.count, length: columns.count, pitch: matrix.columns)
        let place = (here.lowerBound - rows.lowerBound) * columns.count
        // In bounds, because the lines are within the wanted rows.
        try unsafe piece.weight.read(
          lines: lines,
          into: UnsafeMutableBufferPointer(
            rebasing: buffer[place..<place + here.count * columns.count]))
      }
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
