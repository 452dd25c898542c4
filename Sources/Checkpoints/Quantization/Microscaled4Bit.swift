/// Stacked experts in MXFP4, as gpt-oss stores them: 32 numbers of E2M1 with a common power of two.
///
///     experts.gate_up_proj_blocks   U8 [E, out, groups, 16]: two codes in a byte, the first in the low bits
///     experts.gate_up_proj_scales   U8 [E, out, groups]: exponents plus 127
///
/// The parameter is [E, in, out], in = 32 · groups, as transformers' `convert_moe_packed_tensors` gives it.
struct Microscaled4Bit: QuantizedWeight {
  let name: String
  let shape: TensorShape
  let dataType: DataType
  private let blocks: TensorDescription
  private let exponents: TensorDescription

  var decoding: String { "mxfp4 \(dataType.rawValue)" }
  var parts: [TensorDescription] { [blocks, exponents] }

  private static let group = 32
  private static let table: [Double] = [
    0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6,
  ]

  init(_ name: String, of model: StoredModel) throws(CheckpointError) {
    self.name = name
    blocks = try model.required(name + "_blocks", [.uint8])
    let stored = blocks.shape
    guard stored.count == 4, stored[3] == Self.group / 2 else {
      throw StoredModel.fault(
        blocks, "has shape \(stored.asShape), expected experts × out × groups × 16")
    }
    exponents = try model.required(name + "_scales", [.uint8], shape: Array(stored.dropLast()))
    let (width, overflow) = stored[2].multipliedReportingOverflow(by: Self.group)
    shape = try model.shape([stored[0], overflow ? -1 : width, stored[1]], of: blocks)
    dataType = model.computeType ?? .bfloat16
  }

  func read(
    rows: Range<Int>, columns: Range<Int>, from store: TensorStore,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let width = shape.dimensions[1]
    var row = rows.lowerBound
    while row < rows.upperBound {
      // The rows of one expert.
      let expert = row / width
      let end = min((expert + 1) * width, rows.upperBound)
      let place = (row - rows.lowerBound) * columns.count
      let target = unsafe UnsafeMutableBufferPointer(
        rebasing: values[place..<place + (end - row) * columns.count])
      try unsafe read(
        expert: expert, inputs: row - expert * width..<end - expert * width, outputs: columns,
        from: store, into: target)
      row = end
    }
    unsafe dataType.round(values)
  }

  private func read(
    expert: Int, inputs: Range<Int>, outputs: Range<Int>, from store: TensorStore,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let all = blocks.shape[2]
    let groups = inputs.lowerBound / Self.group..<(inputs.upperBound - 1) / Self.group + 1
    let line = (expert * shape.dimensions[2] + outputs.lowerBound) * all + groups.lowerBound
    let lines = ElementLines(
      first: line, count: outputs.count, length: groups.count, pitch: all)
    let scales = try store.bytes(of: exponents, lines: lines)
    let half = Self.group / 2
    let codes = PackedIntegers(
      try store.bytes(
        of: blocks,
        lines: ElementLines(
          first: line * half, count: outputs.count, length: groups.count * half, pitch: all * half))
    )
    let skipped = inputs.lowerBound - groups.lowerBound * Self.group
    let factors = Self.factors
    var stored = [Double](repeating: 0, count: inputs.count * outputs.count)
    unsafe stored.withUnsafeMutableBufferPointer { buffer in
      for output in 0..<outputs.count {
        let target = unsafe UnsafeMutableBufferPointer(
          rebasing: buffer[output * inputs.count..<(output + 1) * inputs.count])
        unsafe codes.nibbles(
          from: output * groups.count * half, first: skipped, highFirst: false,
          table: Self.table, into: target)
        for group in 0..<groups.count {
          let factor = factors[Int(scales[output * groups.count + group])]
          let first = max(group * Self.group - skipped, 0)
          let end = min((group + 1) * Self.group - skipped, inputs.count)
          for input in first..<end { unsafe target[input] *= factor }
        }
      }
      unsafe Self.transpose(buffer, rows: outputs.count, into: values)
    }
  }

  /// 2^(exponent − 127); the last is infinite, as PyTorch's `ldexp` has it.
  private static let factors = (0..<256).map { exponent in
    exponent == 255
      ? Double.infinity : Double(sign: .plus, exponent: exponent - 127, significand: 1)
  }
}

extension QuantizedWeight {
  /// Writes the columns of a matrix one after another.
  static func transpose(
    _ matrix: UnsafeMutableBufferPointer<Double>, rows: Int,
    into values: UnsafeMutableBufferPointer<Double>
  ) {
    let columns = matrix.count / max(rows, 1)
    precondition(matrix.count == rows * columns && values.count == matrix.count)
    // Squares that fit into the first-level cache.
    let side = 32
    for top in stride(from: 0, to: rows, by: side) {
      for left in stride(from: 0, to: columns, by: side) {
        // Written one after another: places far apart by a power of two displace each other from the cache.
        for column in left..<min(left + side, columns) {
          for row in top..<min(top + side, rows) {
            unsafe values[column * rows + row] = matrix[row * columns + column]
          }
        }
      }
    }
  }
}

/// The scheme `mxfp4`.
enum MXFP4Scheme: QuantizationScheme {
  static func weights(of model: StoredModel) throws(CheckpointError) -> [any QuantizedWeight] {
    var weights: [any QuantizedWeight] = []
    for name in model.modules(with: "_blocks") where model.store[name + "_scales"] != nil {
      weights.append(try Microscaled4Bit(name, of: model))
    }
    return weights
  }
}
