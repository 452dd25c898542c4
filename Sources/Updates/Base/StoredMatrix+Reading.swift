package import Checkpoints
public import LinearAlgebra

extension StoredMatrix {
  /// Reads a block of the matrix, row after row.
  /// - Parameters:
  ///   - rows: Inside the matrix.
  ///   - columns: Inside the matrix.
  ///   - block: Becomes the `rows.count` · `columns.count` entries; its memory is used again.
  package func read(
    rows: Range<Int>, columns: Range<Int>, into block: inout [Double]
  ) throws(CheckpointError) {
    block.resize(to: rows.count * columns.count)
    try unsafe block.withUnsafeMutableBufferPointer { (buffer) throws(CheckpointError) in
      for (piece, held) in placedPieces {
        let here = rows.clamped(to: held)
        // Added to a position in the matrix, this gives the position in the tensor of this piece.
        let origin = piece.rows.lowerBound * piece.weight.columns - held.lowerBound * self.columns
        if here.isEmpty { continue }
        let lines = ElementLines(
          first: origin + here.lowerBound * self.columns + columns.lowerBound,
          count: here.count, length: columns.count, pitch: self.columns)
        let place = (here.lowerBound - rows.lowerBound) * columns.count
        // In bounds, because the lines are within the wanted rows.
        try unsafe piece.weight.read(
          lines: lines,
          into: UnsafeMutableBufferPointer(
            rebasing: buffer[place..<place + here.count * columns.count]))
      }
    }
  }

  /// Some of the rows, in memory.
  /// - Precondition: The matrix has these rows.
  /// - Throws: As ``values(rows:)``.
  public func rows(_ range: Range<Int>) throws -> Matrix {
    var block = [Double]()
    try read(rows: range, columns: 0..<columns, into: &block)
    return Matrix(rows: range.count, columns: columns, values: block)
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
