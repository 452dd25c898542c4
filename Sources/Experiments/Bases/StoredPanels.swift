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
    try matrix.read(
      rows: shape.isTall ? range : 0..<matrix.rows,
      columns: shape.isTall ? 0..<matrix.columns : range, into: &panel)
  }
}
