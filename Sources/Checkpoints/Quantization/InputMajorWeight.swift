/// A linear weight that GPTQ or AWQ stores with its inputs as rows: W[o, i] = (q[i, o] − zero[g, o]) · scale[g, o], g
/// being the group of input i. The product is rounded to the type of the scales, as the reference kernels do it.
struct InputMajorWeight: QuantizedWeight {
  /// How integers lie in words of 32 bits.
  enum Packing {
    /// GPTQ: those of one output below another, [in · bits / 32, out].
    case acrossWords(bits: Int)
    /// AWQ: eight outputs of one input in a word, [in, out / 8].
    case interleaved
  }

  /// The group of each input.
  enum Groups {
    case size(Int)
    /// A tensor of indices, as activation order needs it.
    case indices(TensorDescription)
  }

  /// How zero points are stored.
  enum ZeroPoints {
    case plain
    /// Less one. AutoGPTQ keeps only the bits of the sum, except where integers have three.
    case lessOne

    func value(_ stored: Double, bits: Int) -> Double {
      switch self {
      case .plain: stored
      case .lessOne: bits != 3 && stored == Double(1 << bits) - 1 ? 0 : stored + 1
      }
    }
  }

  let name: String
  let shape: TensorShape
  let packing: Packing
  let codes: TensorDescription
  /// [groups, out], F16, BF16 or F32.
  let scales: TensorDescription
  /// [groups, out · bits / 32].
  let zeros: TensorDescription
  let groups: Groups
  let zeroPoints: ZeroPoints

  var dataType: DataType { scales.dataType }
  var decoding: String { "\(packing) \(zeroPoints)" + groupText }
  private var groupText: String {
    if case .size(let size) = groups { return " in groups of \(size)" }
    return ""
  }
  var parts: [TensorDescription] {
    if case .indices(let tensor) = groups { return [codes, scales, zeros, tensor] }
    return [codes, scales, zeros]
  }

  func read(
    rows outputs: Range<Int>, columns inputs: Range<Int>, from store: TensorStore,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let groupOf = try groups(of: inputs, from: store)
    let (least, most) = (groupOf.min() ?? 0, groupOf.max() ?? 0)
    let used = least..<most + 1
    let width = outputs.count
    let factors = try lines(of: scales, used, outputs, from: store)
    let offsets = try zeroPoints(used, outputs, from: store)
    var stored = try codes(inputs, outputs, from: store)
    unsafe stored.withUnsafeMutableBufferPointer { buffer in
      for (i, group) in groupOf.enumerated() {
        let line = (group - least) * width
        // Slices, so that bounds are checked once a row.
        let factors = factors[line..<line + width]
        let offsets = offsets[line..<line + width]
        var place = i * width
        for (factor, offset) in zip(factors, offsets) {
          unsafe buffer[place] = (buffer[place] - offset) * factor
          place += 1
        }
      }
      unsafe Self.transpose(buffer, rows: inputs.count, into: values)
    }
    unsafe dataType.round(values)
  }

  private func groups(
    of inputs: Range<Int>, from store: TensorStore
  ) throws(CheckpointError) -> [Int] {
    switch groups {
    case .size(let size): return inputs.map { $0 / size }
    case .indices(let tensor):
      let count = scales.shape[0]
      let indices = try store.doubles(of: tensor, elements: inputs)
      if !indices.allSatisfy({ $0 >= 0 && $0 < Double(count) }) {
        throw StoredModel.fault(tensor, "names groups beyond the \(count) of the scales")
      }
      return indices.map { Int($0) }
    }
  }

  private func lines(
    of tensor: TensorDescription, _ rows: Range<Int>, _ columns: Range<Int>, from store: TensorStore
  ) throws(CheckpointError) -> [Double] {
    let width = tensor.shape[1]
    let lines = ElementLines(
      first: rows.lowerBound * width + columns.lowerBound, count: rows.count,
      length: columns.count, pitch: width)
    return try unsafe [Double](count: rows.count * columns.count) {
      (buffer) throws(CheckpointError) in try unsafe store.read(tensor, lines: lines, into: buffer)
    }
  }

  /// The words of these rows and columns.
  private func words(
    of tensor: TensorDescription, _ rows: Range<Int>, _ columns: Range<Int>, from store: TensorStore
  ) throws(CheckpointError) -> PackedIntegers {
    let width = 4 * tensor.shape[1]
    return PackedIntegers(
      try store.bytes(
        of: tensor,
        lines: ElementLines(
          first: rows.lowerBound * width + 4 * columns.lowerBound, count: rows.count,
          length: 4 * columns.count, pitch: width)))
  }

  /// The integers of a part of the weight, inputs as rows.
  private func codes(
    _ inputs: Range<Int>, _ outputs: Range<Int>, from store: TensorStore
  ) throws(CheckpointError) -> [Double] {
    var values = [Double](repeating: 0, count: inputs.count * outputs.count)
    switch packing {
    case .interleaved:
      let columns = outputs.lowerBound / 8..<(outputs.upperBound + 7) / 8
      let packed = try words(of: codes, inputs, columns, from: store)
      unsafe Self.forEachRow(of: &values, width: outputs.count) { row, target in
        unsafe packed.interleaved(
          from: row * columns.count * 4, first: outputs.lowerBound % 8, into: target)
      }
    case .acrossWords(let bits):
      let first = inputs.lowerBound * bits / 32
      let last = (inputs.upperBound * bits + 31) / 32
      let packed = try words(of: codes, first..<last, outputs, from: store)
      unsafe Self.forEachRow(of: &values, width: outputs.count) { row, target in
        unsafe packed.acrossWords(
          row: (inputs.lowerBound + row) * bits / 32 - first,
          shift: (inputs.lowerBound + row) * bits % 32, bits: bits, into: target)
      }
    }
    return values
  }

  private func zeroPoints(
    _ groups: Range<Int>, _ outputs: Range<Int>, from store: TensorStore
  ) throws(CheckpointError) -> [Double] {
    var values = [Double](repeating: 0, count: groups.count * outputs.count)
    let bits =
      switch packing {
      case .interleaved: 4
      case .acrossWords(let bits): bits
      }
    let columns = outputs.lowerBound * bits / 32..<(outputs.upperBound * bits + 31) / 32
    let packed = try words(of: zeros, groups, columns, from: store)
    // The words of a row begin with the bits of another output if `bits` is 3.
    let skippedBits = outputs.lowerBound * bits - columns.lowerBound * 32
    unsafe Self.forEachRow(of: &values, width: outputs.count) { row, target in
      let start = row * columns.count * 4
      switch packing {
      case .interleaved:
        unsafe packed.interleaved(from: start, first: outputs.lowerBound % 8, into: target)
      case .acrossWords:
        unsafe packed.stream(from: start, skippedBits: skippedBits, bits: bits, into: target)
      }
    }
    return values.map { zeroPoints.value($0, bits: bits) }
  }

  private static func forEachRow(
    of values: inout [Double], width: Int,
    _ body: (Int, UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    unsafe values.withUnsafeMutableBufferPointer { buffer in
      for row in 0..<buffer.count / max(width, 1) {
        unsafe body(
          row, UnsafeMutableBufferPointer(rebasing: buffer[row * width..<(row + 1) * width]))
      }
    }
  }
}
