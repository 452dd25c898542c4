import Documents

/// Weights of GPTQ and AWQ; both name their tensors so:
///
///     proj.qweight   I32: GPTQ [in · bits / 32, out], AWQ [in, out / 8]
///     proj.qzeros    I32 [groups, out · bits / 32]
///     proj.scales    F16 [groups, out]
///     proj.g_idx     I32 [in]: the group of each input; GPTQ
///
/// GPTQ's first format stores each zero point less one (AutoGPTQ; `checkpoint_format` is `gptq` or absent), the second
/// (`gptq_v2`) as it is.
enum GPTQScheme: QuantizationScheme {
  private static let words: [DataType] = [.int32, .uint32]

  static func weights(of model: StoredModel) throws(CheckpointError) -> [any QuantizedWeight] {
    var weights: [any QuantizedWeight] = []
    for module in model.modules(with: ".qweight") {
      let codes = try model.required(module + ".qweight", words)
      let scales = try model.required(module + ".scales", DataType.computeTypes)
      guard codes.shape.count == 2, scales.shape.count == 2, scales.shape[0] > 0 else {
        throw StoredModel.fault(codes, "or its scales have not two dimensions")
      }
      let isAWQ =
        switch model.method {
        case "awq": true
        case "gptq": false
        default: codes.shape[1] != scales.shape[1]
        }
      if isAWQ {
        weights.append(try awq(module, codes, scales, of: model))
      } else {
        weights.append(try gptq(module, codes, scales, of: model))
      }
    }
    return weights
  }

  private static func gptq(
    _ module: String, _ codes: TensorDescription, _ scales: TensorDescription, of model: StoredModel
  ) throws(CheckpointError) -> InputMajorWeight {
    let format = model.settings?["checkpoint_format"]?.string ?? "gptq"
    guard ["gptq", "gptq_v2"].contains(format) else {
      throw .quantized(path: model.store.path, method: "gptq in the format '\(format)'")
    }
    let (groupCount, outputs) = (scales.shape[0], scales.shape[1])
    let indices = try model.part(module + ".g_idx", words + [.int64])
    let bits = try bits(of: codes, indices: indices, in: model)
    guard codes.shape[0] <= 1 << 31, codes.shape[0] * 32 % bits == 0 else {
      throw StoredModel.fault(codes, "has no whole number of integers of \(bits) bits")
    }
    let inputs = codes.shape[0] * 32 / bits
    guard outputs <= 1 << 31, codes.shape[1] == outputs, outputs * bits % 32 == 0 else {
      throw StoredModel.fault(
        codes, "has shape \(codes.shape.asShape), and scales of \(scales.shape.asShape)")
    }
    if let indices, indices.shape != [inputs] {
      throw StoredModel.fault(
        indices, "has shape \(indices.shape.asShape), expected \(inputs)")
    }
    let groups: InputMajorWeight.Groups
    if let indices {
      groups = .indices(indices)
    } else {
      groups = .size(try groupSize(inputs: inputs, groups: groupCount, scales))
    }
    return InputMajorWeight(
      name: module + ".weight", shape: try model.shape([outputs, inputs], of: codes),
      packing: .acrossWords(bits: bits), codes: codes, scales: scales,
      zeros: try model.required(
        module + ".qzeros", words, shape: [groupCount, outputs * bits / 32]),
      groups: groups,
      zeroPoints: format == "gptq_v2" ? .plain : .lessOne)
  }

  /// The bits of an integer, as the configuration says, or as the number of inputs shows.
  private static func bits(
    of codes: TensorDescription, indices: TensorDescription?, in model: StoredModel
  ) throws(CheckpointError) -> Int {
    let known = [2, 3, 4, 8]
    // No product overflows: neither exceeds the bits of a stored tensor.
    let shown = indices.flatMap { indices in
      known.first { codes.shape[0] * 32 == indices.elementCount * $0 }
    }
    let found = model.settings?["bits"]?.integer ?? shown
    guard let found, known.contains(found) else {
      throw StoredModel.fault(
        codes, "has integers of \(found.map(String.init) ?? "unknown") bits, expected 2, 3, 4 or 8")
    }
    return found
  }

  private static func awq(
    _ module: String, _ codes: TensorDescription, _ scales: TensorDescription, of model: StoredModel
  ) throws(CheckpointError) -> InputMajorWeight {
    let version = (model.settings?["version"]?.string ?? "gemm").lowercased()
    let bits = (model.settings?["bits"] ?? model.settings?["w_bit"])?.integer ?? 4
    guard version == "gemm", bits == 4 else {
      throw .quantized(path: model.store.path, method: "awq, \(version), \(bits) bits")
    }
    let (inputs, groups, outputs) = (codes.shape[0], scales.shape[0], scales.shape[1])
    guard outputs % 8 == 0, codes.shape[1] == outputs / 8 else {
      throw StoredModel.fault(
        codes, "has shape \(codes.shape.asShape), and scales of \(scales.shape.asShape)")
    }
    let size = try groupSize(inputs: inputs, groups: groups, scales)
    return InputMajorWeight(
      name: module + ".weight", shape: try model.shape([outputs, inputs], of: codes),
      packing: .interleaved, codes: codes, scales: scales,
      zeros: try model.required(module + ".qzeros", words, shape: [groups, outputs / 8]),
      groups: .size(size), zeroPoints: .plain)
  }

  private static func groupSize(
    inputs: Int, groups: Int, _ scales: TensorDescription
  ) throws(CheckpointError) -> Int {
    guard groups > 0, inputs % groups == 0 else {
      throw StoredModel.fault(
        scales, "has \(groups) groups, which do not divide \(inputs) inputs")
    }
    return max(inputs / groups, 1)
  }
}
