extension ModelWeight {
  /// Reads a block of rows and columns, row-major.
  /// - Parameter values: `rows.count` · `columns.count` places.
  public func read(
    rows: Range<Int>, columns: Range<Int>, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    precondition(values.count == rows.count * columns.count, "a buffer for another block")
    if columns.count == self.columns {
      try unsafe read(rows: rows, into: values)
      return
    }
    for (index, row) in rows.enumerated() {
      let place = index * columns.count..<(index + 1) * columns.count
      // The slice is one row of the buffer, whose size was checked above.
      let line = unsafe UnsafeMutableBufferPointer(rebasing: values[place])
      if scale == nil {
        let start = row * self.columns
        try unsafe store.read(
          tensor, elements: start + columns.lowerBound..<start + columns.upperBound, into: line)
      } else {
        // Scales lie in blocks of the whole matrix: the row is read whole and cut.
        let whole = try doubles(rows: row..<row + 1)
        _ = unsafe line.update(from: whole[columns])
      }
    }
  }

  /// Bytes of the tensor as they are stored.
  public func storedBytes(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    try store.bytes(of: tensor, range: range)
  }

  /// The bytes of an 8-bit weight's scales; none for other types.
  public func storedScaleBytes() throws(CheckpointError) -> [UInt8] {
    guard let scale else { return [] }
    return try store.bytes(of: scale.tensor, range: 0..<scale.tensor.byteCount)
  }
}
