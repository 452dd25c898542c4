extension ModelWeight {
  /// Reads consecutive elements, in row-major order.
  /// - Parameters:
  ///   - elements: Positions in row-major order, inside the weight.
  ///   - values: `elements.count` places.
  package func read(
    elements: Range<Int>, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    precondition(values.count == elements.count, "a buffer for another number of elements")
    if scale == nil {
      try unsafe store.read(tensor, elements: elements, into: values)
      return
    }
    // Scales are applied to whole rows: these are read, then cut.
    guard !elements.isEmpty else { return }
    let rows = elements.lowerBound / columns..<(elements.upperBound - 1) / columns + 1
    let whole = try doubles(rows: rows)
    let start = elements.lowerBound - rows.lowerBound * columns
    _ = unsafe values.update(from: whole[start..<start + elements.count])
  }

  /// Bytes of the tensor as they are stored.
  package func storedBytes(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    try store.bytes(of: tensor, range: range)
  }

  /// The bytes of the scales as they are stored; empty for a weight without scales.
  package func storedScaleBytes() throws(CheckpointError) -> [UInt8] {
    guard let scale else { return [] }
    return try store.bytes(of: scale.tensor, range: 0..<scale.tensor.byteCount)
  }
}
