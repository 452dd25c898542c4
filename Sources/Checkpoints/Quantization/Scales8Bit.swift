import Documents

/// Weights of 8-bit floats or integers beside their scales: `fp8` of transformers (block scales, DeepSeek),
/// `fbgemm_fp8`, and the formats of compressed-tensors that do not pack (`float-quantized`, `int-quantized`, `naive-quantized`).
enum Scales8Bit: QuantizationScheme {
  /// The block size if nothing names one.
  private static let defaultBlock = [128, 128]
  private static let codes: [DataType] = [.float8E4M3, .float8E5M2, .int8]
  private static let scales: [DataType] = DataType.computeTypes + [.float64, .float8E8M0]

  static func weights(of model: StoredModel) throws(CheckpointError) -> [any QuantizedWeight] {
    let block = try block(of: model)
    var weights: [any QuantizedWeight] = []
    for tensor in model.store.tensors where codes.contains(tensor.dataType) {
      let name = tensor.name
      let inverse = try model.part(name + "_scale_inv", scales)
      let plain = try model.part(name + "_scale", scales)
      guard let scale = inverse ?? plain else {
        let isWeight = name.hasSuffix(".weight") && tensor.dataType != .int8
        if isWeight, model.settings != nil {
          throw .scaleMissing(tensor: name, file: tensor.file)
        }
        continue
      }
      _ = try model.required(name, codes)
      // What a second scale means depends on the format.
      if let second = try model.part(name + "_scale_2", []) {
        throw .quantized(path: model.store.path, method: "scaled twice, by '\(second.name)'")
      }
      let zeros = try model.part(name + "_zero_point", [.int8], shape: scale.shape)
      weights.append(
        try ScaledWeight(
          tensor, scales: scale, zeros: zeros, block: block,
          as: computeType(of: scale, in: model), in: model))
    }
    return weights
  }

  /// compressed-tensors dequantises in the type of the scales, transformers in that of the model.
  private static func computeType(of scale: TensorDescription, in model: StoredModel) -> DataType {
    let own = DataType.computeTypes.contains(scale.dataType) ? scale.dataType : nil
    return model.method == "compressed-tensors"
      ? own ?? model.computeType ?? .bfloat16 : model.computeType ?? own ?? .bfloat16
  }

  private static func block(of model: StoredModel) throws(CheckpointError) -> [Int] {
    let key = "weight_block_size"
    if let value = model.settings?[key], !value.isNull {
      return try block(value, key: key, file: model.file)
    }
    for group in model.settings?["config_groups"]?.members ?? [] {
      let key = "block_structure"
      if let value = group.value["weights"]?[key], !value.isNull {
        return try block(value, key: key, file: model.file)
      }
    }
    return defaultBlock
  }

  private static func block(
    _ value: JSONValue, key: String, file: String
  ) throws(CheckpointError) -> [Int] {
    let block = (value.array ?? []).compactMap(\.integer)
    guard block.count == 2, value.array?.count == 2,
      block.allSatisfy({ (1...1 << 30).contains($0) })
    else {
      throw .unexpectedValue(
        file: file, key: key, expected: "two positive integers", found: value.kind)
    }
    return block
  }
}
