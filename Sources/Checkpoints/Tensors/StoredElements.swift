/// Reads the elements of one tensor, in whatever order and blocks they are stored.
struct StoredElements {
  private let tensor: TensorDescription
  private let file: OpenFile
  private let block: DataType.Block

  init(of tensor: TensorDescription, in file: OpenFile) {
    self.tensor = tensor
    self.file = file
    block = tensor.dataType.block
  }

  /// - Precondition: The lines lie inside the tensor and fill the buffer.
  func read(
    _ lines: ElementLines, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    if let across = tensor.layout.acrossRows, across.pitch == lines.pitch,
      lines.first % across.pitch + lines.length <= across.pitch
    {
      try unsafe readColumns(lines, axis: across.count, into: values)
    } else if lines.areJoined {
      try unsafe readRun(from: lines.first, into: values)
    } else {
      for line in 0..<lines.count {
        let target = unsafe UnsafeMutableBufferPointer(
          rebasing: values[line * lines.length..<(line + 1) * lines.length])
        try unsafe readRun(from: lines.first + line * lines.pitch, into: target)
      }
    }
    if tensor.shift != 0 {
      for i in values.indices { unsafe values[i] = Double(Float(values[i]) + tensor.shift) }
    }
  }

  /// Elements that follow each other, in as many pieces as they are stored in.
  private func readRun(
    from first: Int, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let run = tensor.layout.run
    var done = 0
    while done < values.count {
      let position = first + done
      let count = min(run - position % run, values.count - done)
      let target = unsafe UnsafeMutableBufferPointer(rebasing: values[done..<done + count])
      try unsafe readStored(from: tensor.layout.place(of: position), into: target)
      done += count
    }
  }

  /// Lines one below the other, stored column after column.
  private func readColumns(
    _ lines: ElementLines, axis: Int, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    var column = [Double](repeating: 0, count: min(lines.count, axis))
    var done = 0
    while done < lines.count {
      let start = lines.first + done * lines.pitch
      // A tensor of more dimensions has several stacks of lines.
      let count = min(axis - start / lines.pitch % axis, lines.count - done)
      for i in 0..<lines.length {
        try unsafe column.withUnsafeMutableBufferPointer { (buffer) throws(CheckpointError) in
          try unsafe readStored(
            from: tensor.layout.place(of: start + i),
            into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        }
        for line in 0..<count { unsafe values[(done + line) * lines.length + i] = column[line] }
      }
      done += count
    }
  }

  /// Elements that are stored one after another; of a block that is wanted in part, all are decoded.
  private func readStored(
    from first: Int, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    // A piece is small enough to stay in the second-level cache between the read and the conversion.
    let piece = max(1, (256 << 10) / block.bytes)
    let wanted = (first % block.elements + values.count + block.elements - 1) / block.elements
    var workspace = [UInt8](repeating: 0, count: min(piece, wanted) * block.bytes)
    var done = 0
    while done < values.count {
      let (index, skipped) = (first + done).quotientAndRemainder(dividingBy: block.elements)
      let rest = values.count - done
      if skipped == 0, rest >= block.elements {
        let blocks = min(piece, rest / block.elements)
        let count = blocks * block.elements
        let target = unsafe UnsafeMutableBufferPointer(rebasing: values[done..<done + count])
        try unsafe decode(blocks: index..<index + blocks, workspace: &workspace, into: target)
        done += count
      } else {
        var whole = [Double](repeating: 0, count: block.elements)
        try unsafe whole.withUnsafeMutableBufferPointer { (buffer) throws(CheckpointError) in
          try unsafe decode(blocks: index..<index + 1, workspace: &workspace, into: buffer)
        }
        let count = min(block.elements - skipped, rest)
        let target = unsafe UnsafeMutableBufferPointer(rebasing: values[done..<done + count])
        _ = unsafe target.update(from: whole[skipped..<skipped + count])
        done += count
      }
    }
  }

  private func decode(
    blocks: Range<Int>, workspace: inout [UInt8], into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let size = blocks.count * block.bytes
    let position = tensor.byteOffset + blocks.lowerBound * block.bytes
    try unsafe workspace.withUnsafeMutableBufferPointer { (bytes) throws(CheckpointError) in
      let bytes = unsafe UnsafeMutableRawBufferPointer(
        UnsafeMutableBufferPointer(rebasing: bytes[..<size]))
      try unsafe file.read(into: bytes, at: position)
      unsafe tensor.dataType.decode(UnsafeRawBufferPointer(bytes), into: values)
    }
  }
}
