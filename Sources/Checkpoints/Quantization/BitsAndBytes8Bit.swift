/// A weight that bitsandbytes stores in eight bits: W = q · SCB / 127, in single precision.
///
///     proj.weight   I8 [out, in]
///     proj.SCB      F32 [out]: the largest magnitude of each row
struct BitsAndBytes8Bit: QuantizedWeight {
  let shape: TensorShape
  private let codes: TensorDescription
  private let magnitudes: TensorDescription
  private let others: [TensorDescription]

  var name: String { codes.name }
  var dataType: DataType { .float32 }
  var decoding: String { "bitsandbytes 8" }
  var parts: [TensorDescription] { [codes, magnitudes] + others }

  init(_ module: String, of model: StoredModel) throws(CheckpointError) {
    codes = try model.required(module + ".weight", [.int8])
    guard codes.shape.count == 2 else {
      throw StoredModel.fault(codes, "has \(codes.shape.count) dimensions, expected 2")
    }
    shape = try model.shape(codes.shape, of: codes)
    magnitudes = try model.required(module + ".SCB", [.float32], shape: [codes.shape[0]])
    let format = try model.part(module + ".weight_format", [.uint8], shape: [])
    if let format, try model.store.bytes(of: format, range: 0..<1) != [0] {
      throw StoredModel.fault(format, "names an order of elements other than rows")
    }
    others = format.map { [$0] } ?? []
  }

  func read(
    rows: Range<Int>, columns: Range<Int>, from store: TensorStore,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let width = shape.dimensions[1]
    try unsafe store.read(
      codes,
      lines: ElementLines(
        first: rows.lowerBound * width + columns.lowerBound, count: rows.count,
        length: columns.count, pitch: width),
      into: values)
    let scales = try store.doubles(of: magnitudes, elements: rows)
    for (i, scale) in scales.enumerated() {
      let scale = Float(scale)
      for place in i * columns.count..<(i + 1) * columns.count {
        // In bounds: row i of the block. The factor is bitsandbytes' 1 / 127.
        unsafe values[place] = Double(Float(values[place]) * scale * 7.874015718698502e-3)
      }
    }
  }
}

/// The scheme `bitsandbytes` with `load_in_8bit`.
enum BitsAndBytes8BitScheme: QuantizationScheme {
  static func weights(of model: StoredModel) throws(CheckpointError) -> [any QuantizedWeight] {
    var weights: [any QuantizedWeight] = []
    for module in model.modules(with: ".SCB") {
      weights.append(try BitsAndBytes8Bit(module, of: model))
    }
    return weights
  }
}
