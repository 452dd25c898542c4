import Documents

/// A weight that bitsandbytes stores in four bits: NF4 or FP4, each block of elements with its largest magnitude.
///
///     proj.weight                                    U8, or as many bytes of another type: two codes in a byte, the
///                                                    first in the high bits
///     proj.weight.absmax                             F32 [blocks]; U8 if quantised again
///     proj.weight.quant_map                          F32 [16]: the number of each code
///     proj.weight.nested_absmax, .nested_quant_map   F32 [blocks of blocks], [256]; if absmax is quantised
///     proj.weight.quant_state.bitsandbytes__nf4      JSON in bytes: shape, dtype, blocksize, nested_blocksize,
///                                                    nested_offset
///
/// Blocks run through the elements in row-major order, across rows. The arithmetic is that of `dequantize_4bit`: single
/// precision, then the type of the weight.
struct BitsAndBytes4Bit: QuantizedWeight {
  let name: String
  let shape: TensorShape
  let dataType: DataType
  private let codes: TensorDescription
  private let blockSize: Int
  private let magnitudes: TensorDescription
  private let nested: Nested?
  private let others: [TensorDescription]
  private let table: [Double]

  /// How the magnitudes are quantised: absmax = map[code] · nested_absmax + offset.
  private struct Nested {
    let blockSize: Int
    let offset: Float
    let magnitudes: TensorDescription
    let map: TensorDescription
    let table: [Double]
  }

  var decoding: String { "bitsandbytes 4" }
  var parts: [TensorDescription] {
    [codes, magnitudes] + others + (nested.map { [$0.magnitudes, $0.map] } ?? [])
  }

  fileprivate init(_ name: String, stateEnding: String, of model: StoredModel)
    throws(CheckpointError)
  {
    let state = try model.required(name + stateEnding, [.uint8])
    guard state.byteCount <= 1 << 16,
      let document = try? JSONValue(
        parsing: model.store.bytes(of: state, range: 0..<state.byteCount))
    else { throw StoredModel.fault(state, "is not a short JSON document") }
    func number(_ key: String, atMost limit: Int) throws(CheckpointError) -> Int {
      guard let value = document[key]?.integer, (1...limit).contains(value) else {
        throw StoredModel.fault(state, "has no usable '\(key)'")
      }
      return value
    }
    let dimensions = document["shape"]?.array ?? []
    let sizes = dimensions.compactMap(\.integer)
    guard !sizes.isEmpty, sizes.count == dimensions.count else {
      throw StoredModel.fault(state, "has no usable 'shape'")
    }
    guard let type = document["dtype"]?.string.flatMap(DataType.init(computing:)) else {
      throw StoredModel.fault(state, "has no usable 'dtype'")
    }
    self.name = name
    dataType = type
    shape = try model.shape(sizes, of: state)
    blockSize = try number("blocksize", atMost: 1 << 16)
    codes = try model.required(name, [])
    guard codes.byteCount == (shape.elementCount + 1) / 2 else {
      throw StoredModel.fault(
        codes, "holds \(codes.byteCount) bytes, not those of \(sizes.asShape) codes of four bits")
    }
    let map = try model.required(name + ".quant_map", [.float32], shape: [16])
    table = try model.store.doubles(of: map, elements: 0..<16)
    others = [map, state]
    let blocks = (shape.elementCount + blockSize - 1) / blockSize
    guard document["nested_blocksize"] != nil else {
      magnitudes = try model.required(name + ".absmax", [.float32], shape: [blocks])
      nested = nil
      return
    }
    magnitudes = try model.required(name + ".absmax", [.uint8], shape: [blocks])
    let size = try number("nested_blocksize", atMost: 1 << 16)
    guard let offset = document["nested_offset"]?.double else {
      throw StoredModel.fault(state, "has no usable 'nested_offset'")
    }
    let nestedMap = try model.required(name + ".nested_quant_map", [.float32], shape: [256])
    nested = Nested(
      blockSize: size, offset: Float(offset),
      magnitudes: try model.required(
        name + ".nested_absmax", [.float32], shape: [(blocks + size - 1) / size]),
      map: nestedMap, table: try model.store.doubles(of: nestedMap, elements: 0..<256))
  }

  func read(
    rows: Range<Int>, columns: Range<Int>, from store: TensorStore,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let width = shape.dimensions.last ?? 1
    let isWhole = columns.count == width
    // Whole rows are one run of elements.
    let length = isWhole ? values.count : columns.count
    let first = rows.lowerBound * width + columns.lowerBound
    let last = (rows.upperBound - 1) * width + columns.upperBound
    let blocks = first / blockSize..<(last - 1) / blockSize + 1
    let factors = try factors(blocks, from: store)
    for run in 0..<values.count / length {
      let start = first + run * width
      let packed = start / 2..<(start + length + 1) / 2
      let target = unsafe UnsafeMutableBufferPointer(
        rebasing: values[run * length..<(run + 1) * length])
      unsafe PackedIntegers(try store.bytes(of: codes, range: packed))
        .nibbles(from: 0, first: start % 2, highFirst: true, table: table, into: target)
      var done = 0
      while done < length {
        let block = (start + done) / blockSize
        let end = min((block + 1) * blockSize - start, length)
        let factor = factors[block - blocks.lowerBound]
        for place in done..<end { unsafe target[place] *= factor }
        done = end
      }
    }
    unsafe dataType.round(values)
  }

  /// The largest magnitudes of these blocks.
  private func factors(
    _ blocks: Range<Int>, from store: TensorStore
  ) throws(CheckpointError) -> [Double] {
    var factors = try store.doubles(of: magnitudes, elements: blocks)
    guard let nested else { return factors }
    let size = nested.blockSize
    let outer = blocks.lowerBound / size..<(blocks.upperBound - 1) / size + 1
    let magnitudes = try store.doubles(of: nested.magnitudes, elements: outer)
    for (i, block) in blocks.enumerated() {
      let scale = Float(magnitudes[block / size - outer.lowerBound])
      let product = Float(nested.table[Int(factors[i])]) * scale
      factors[i] = Double(product + nested.offset)
    }
    return factors
  }
}

/// The scheme `bitsandbytes` with `load_in_4bit`.
enum BitsAndBytes4BitScheme: QuantizationScheme {
  static func weights(of model: StoredModel) throws(CheckpointError) -> [any QuantizedWeight] {
    var weights: [any QuantizedWeight] = []
    for ending in [".quant_state.bitsandbytes__nf4", ".quant_state.bitsandbytes__fp4"] {
      for name in model.modules(with: ending) {
        weights.append(try BitsAndBytes4Bit(name, stateEnding: ending, of: model))
      }
    }
    return weights
  }
}
