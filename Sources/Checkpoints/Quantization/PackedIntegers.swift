import CKernels

/// Integers of a few bits in bytes that were read from a file.
struct PackedIntegers {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Elements that follow each other without gaps, lowest bits first.
  /// - Parameters:
  ///   - start: Where they begin, in bytes, and how many bits of that come before the first.
  func stream(
    from start: Int, skippedBits: Int, bits: Int, into values: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(
      start + (skippedBits + values.count * bits + 7) / 8 <= bytes.count,
      "elements beyond the bytes")
    unsafe withPointers(values) { source, destination in
      unsafe sigmascope_unpack_stream(
        source + start, Int32(bits), skippedBits, destination, values.count)
    }
  }

  /// One element of each word of a row: words of 32 bits lie in rows as wide as `values`, elements one below another.
  /// - Parameters:
  ///   - row: The row in which the elements begin.
  ///   - shift: The bit at which they begin.
  func acrossWords(
    row: Int, shift: Int, bits: Int, into values: UnsafeMutableBufferPointer<Double>
  ) {
    let width = values.count
    let isSplit = shift + bits > 32
    precondition(
      (row + (isSplit ? 2 : 1)) * width * 4 <= bytes.count, "elements beyond the words")
    unsafe withPointers(values) { source, destination in
      let low = unsafe source + row * width * 4
      unsafe sigmascope_unpack_words(
        low, isSplit ? low + width * 4 : nil, Int32(bits), Int32(shift), destination, width)
    }
  }

  /// Elements of four bits in AWQ's order.
  func interleaved(
    from start: Int, first: Int, into values: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(
      start + (first + values.count + 7) / 8 * 4 <= bytes.count, "elements beyond the words")
    unsafe withPointers(values) { source, destination in
      unsafe sigmascope_unpack_interleaved(source + start, first, destination, values.count)
    }
  }

  /// Elements of four bits, each replaced by its entry of a table.
  func nibbles(
    from start: Int, first: Int, highFirst: Bool, table: [Double],
    into values: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(
      table.count == 16 && start + (first + values.count + 1) / 2 <= bytes.count,
      "elements beyond the bytes")
    unsafe withPointers(values) { source, destination in
      unsafe sigmascope_look_up_nibbles(
        source + start, highFirst ? 1 : 0, first, table, destination, values.count)
    }
  }

  /// The preconditions above ensure that the kernels stay inside both.
  private func withPointers(
    _ values: UnsafeMutableBufferPointer<Double>,
    _ body: (UnsafeRawPointer, UnsafeMutablePointer<Double>) -> Void
  ) {
    guard let destination = values.baseAddress else { return }
    unsafe bytes.withUnsafeBytes { source in
      if let source = source.baseAddress { unsafe body(source, destination) }
    }
  }
}
