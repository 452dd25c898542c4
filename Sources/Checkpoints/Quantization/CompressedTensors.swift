import Documents

/// A weight of compressed-tensors' format `pack-quantized`: W = (q − zero) · scale, rounded to the type of the scales.
///
///     proj.weight_packed       I32 [out, ceil(in · bits / 32)]: integers plus 2^(bits − 1), lowest bits first
///     proj.weight_scale        F16, BF16, F32 [out, groups], [out, 1] or one element
///     proj.weight_zero_point   I32 [ceil(out · bits / 32), groups]: packed as the weight, along the outputs; optional
///     proj.weight_shape        I64 [2]: out, in
struct CompressedWeight: QuantizedWeight {
  let name: String
  let shape: TensorShape
  private let bits: Int
  private let codes: TensorDescription
  private let scales: TensorDescription
  private let zeros: TensorDescription?
  private let size: TensorDescription
  /// Per row of scales, and the inputs of each; one row serves all outputs if there is one element.
  private let groups: Int
  private let groupSize: Int

  var dataType: DataType { scales.dataType }
  var decoding: String { "packed \(bits)" }
  var parts: [TensorDescription] { [codes, scales, size] + (zeros.map { [$0] } ?? []) }

  fileprivate init(_ module: String, bits candidates: Set<Int>, of model: StoredModel)
    throws(CheckpointError)
  {
    name = module + ".weight"
    codes = try model.required(module + ".weight_packed", [.int32])
    scales = try model.required(module + ".weight_scale", DataType.computeTypes)
    size = try model.required(module + ".weight_shape", [.int64, .int32], shape: [2])
    let sizes = try model.store.doubles(of: size, elements: 0..<2)
    guard sizes.allSatisfy({ (0...Double(1 << 40)).contains($0) }) else {
      throw StoredModel.fault(size, "holds no shape")
    }
    let (outputs, inputs) = (Int(sizes[0]), Int(sizes[1]))
    shape = try model.shape([outputs, inputs], of: size)
    let stored = codes.shape
    let fitting = candidates.filter { stored == [outputs, (inputs * $0 + 31) / 32] }
    guard let bits = fitting.first, fitting.count == 1 else {
      throw StoredModel.fault(
        codes,
        "has shape \(stored.asShape), which does not tell the bits of \(outputs)×\(inputs) integers"
      )
    }
    self.bits = bits
    if let order = try model.part(module + ".weight_g_idx", []) {
      throw .quantized(path: model.store.path, method: "ordered by activation, '\(order.name)'")
    }
    if scales.elementCount == 1 {
      groups = 1
    } else if scales.shape.count == 2, scales.shape[0] == outputs, scales.shape[1] > 0 {
      groups = scales.shape[1]
    } else {
      throw StoredModel.fault(
        scales, "has shape \(scales.shape.asShape), expected \(outputs)×groups")
    }
    guard inputs % groups == 0 else {
      throw StoredModel.fault(scales, "has \(groups) groups, which do not divide \(inputs) inputs")
    }
    groupSize = max(inputs / groups, 1)
    zeros = try model.part(
      module + ".weight_zero_point", [.int32], shape: [(outputs * bits + 31) / 32, groups])
  }

  func read(
    rows: Range<Int>, columns: Range<Int>, from store: TensorStore,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let words = columns.lowerBound * bits / 32..<(columns.upperBound * bits + 31) / 32
    let width = 4 * codes.shape[1]
    let packed = PackedIntegers(
      try store.bytes(
        of: codes,
        lines: ElementLines(
          first: rows.lowerBound * width + 4 * words.lowerBound, count: rows.count,
          length: 4 * words.count, pitch: width)))
    let isSingle = scales.elementCount == 1
    let factors = try store.doubles(
      of: scales, elements: isSingle ? 0..<1 : rows.lowerBound * groups..<rows.upperBound * groups)
    let offsets = try offsets(rows, from: store)
    for row in 0..<rows.count {
      let target = unsafe UnsafeMutableBufferPointer(
        rebasing: values[row * columns.count..<(row + 1) * columns.count])
      unsafe packed.stream(
        from: row * words.count * 4,
        skippedBits: columns.lowerBound * bits - words.lowerBound * 32, bits: bits, into: target)
      var column = columns.lowerBound
      while column < columns.upperBound {
        let group = column / groupSize
        let end = min((group + 1) * groupSize, columns.upperBound)
        let factor = isSingle ? factors[0] : factors[row * groups + group]
        let offset = offsets[row * groups + group]
        for place in column - columns.lowerBound..<end - columns.lowerBound {
          unsafe target[place] = (target[place] - offset) * factor
        }
        column = end
      }
    }
    unsafe dataType.round(values)
  }

  /// The integer that stands for zero, for each row and group.
  private func offsets(_ rows: Range<Int>, from store: TensorStore) throws(CheckpointError)
    -> [Double]
  {
    var values = [Double](repeating: Double(1 << (bits - 1)), count: rows.count * groups)
    guard let zeros else { return values }
    let first = rows.lowerBound * bits / 32
    let words = first..<(rows.upperBound * bits + 31) / 32
    let packed = PackedIntegers(
      try store.bytes(
        of: zeros, range: words.lowerBound * 4 * groups..<words.upperBound * 4 * groups))
    unsafe values.withUnsafeMutableBufferPointer { buffer in
      for row in rows {
        let place = (row - rows.lowerBound) * groups
        unsafe packed.acrossWords(
          row: row * bits / 32 - first, shift: row * bits % 32, bits: bits,
          into: UnsafeMutableBufferPointer(rebasing: buffer[place..<place + groups]))
      }
    }
    return values
  }
}

/// The scheme `compressed-tensors` where it packs integers.
enum CompressedTensorsScheme: QuantizationScheme {
  static func weights(of model: StoredModel) throws(CheckpointError) -> [any QuantizedWeight] {
    let modules = model.modules(with: ".weight_packed")
    if modules.isEmpty { return [] }
    let groups = model.settings?["config_groups"]?.members.map(\.value) ?? []
    for group in groups {
      let kind = group["weights"]?["type"]?.string ?? "int"
      if kind != "int" {
        let format = (group["format"] ?? model.settings?["format"])?.string ?? kind
        throw .quantized(path: model.store.path, method: "compressed-tensors, \(format)")
      }
    }
    let named = Set(groups.compactMap { $0["weights"]?["num_bits"]?.integer })
    let bits = Set(1...8).intersection(named.isEmpty ? Set(1...8) : named)
    var weights: [any QuantizedWeight] = []
    for module in modules {
      weights.append(try CompressedWeight(module, bits: bits, of: model))
    }
    return weights
  }
}
