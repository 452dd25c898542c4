extension ModelWeight {
  /// Reads equally long runs of elements, equally far apart, such as a part of each row.
  /// - Parameters:
  ///   - lines: Positions in row-major order, inside the weight.
  ///   - values: A place for each element of the runs.
  package func read(
    lines: ElementLines, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    precondition(
      lines.count * lines.length == values.count, "a buffer for another number of elements")
    switch storage {
    case .tensor(let tensor): try unsafe store.read(tensor, lines: lines, into: values)
    case .quantized(let weight):
      if values.isEmpty { return }
      precondition(
        lines.first >= 0 && lines.end <= rows * columns, "elements outside the weight")
      let (row, column) = lines.first.quotientAndRemainder(dividingBy: columns)
      if lines.areJoined {
        try unsafe read(lines.first..<lines.end, of: weight, into: values)
      } else if lines.pitch == columns, column + lines.length <= columns {
        try unsafe weight.read(
          rows: row..<row + lines.count, columns: column..<column + lines.length, from: store,
          into: values)
      } else {
        for line in 0..<lines.count {
          let first = lines.first + line * lines.pitch
          let target = unsafe UnsafeMutableBufferPointer(
            rebasing: values[line * lines.length..<(line + 1) * lines.length])
          try unsafe read(first..<first + lines.length, of: weight, into: target)
        }
      }
    }
  }

  /// Reads consecutive elements: the rows that they touch, then cut. They are whole rows nearly always.
  private func read(
    _ elements: Range<Int>, of weight: any QuantizedWeight,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let rows = elements.lowerBound / columns..<(elements.upperBound - 1) / columns + 1
    if rows.count * columns == elements.count {
      try unsafe weight.read(rows: rows, columns: 0..<columns, from: store, into: values)
      return
    }
    let whole = try doubles(rows: rows)
    let start = elements.lowerBound - rows.lowerBound * columns
    _ = unsafe values.update(from: whole[start..<start + elements.count])
  }

  /// Adds what these rows are made of to a hash: their bytes, and those of all parts of a quantised weight.
  package func add(rows: Range<Int>, to hash: ContentHasher) throws(CheckpointError) {
    switch storage {
    case .tensor(let tensor):
      let elements = rows.lowerBound * columns..<rows.upperBound * columns
      try store.add(tensor, elements: elements, to: hash)
    case .quantized(let weight): try weight.add(rows: rows, of: store, to: hash)
    }
  }
}
