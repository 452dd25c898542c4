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

  /// Reads equally long runs of elements, equally far apart, such as a part of each row.
  /// - Parameter values: A place for each element of the runs.
  package func read(
    lines: ElementLines, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    if scale == nil {
      try unsafe store.read(tensor, lines: lines, into: values)
      return
    }
    if lines.areJoined {
      try unsafe read(elements: lines.first..<lines.end, into: values)
      return
    }
    for line in 0..<lines.count {
      let first = lines.first + line * lines.pitch
      let target = unsafe UnsafeMutableBufferPointer(
        rebasing: values[line * lines.length..<(line + 1) * lines.length])
      try unsafe read(elements: first..<first + lines.length, into: target)
    }
  }

  /// Adds what these rows are made of to a hash: their bytes, and the scales of an 8-bit weight.
  package func add(rows: Range<Int>, to hash: ContentHasher) throws(CheckpointError) {
    let elements = rows.lowerBound * columns..<rows.upperBound * columns
    try store.add(tensor, elements: elements, to: hash)
    if let scale { try store.add(scale.tensor, elements: 0..<scale.tensor.elementCount, to: hash) }
  }
}
