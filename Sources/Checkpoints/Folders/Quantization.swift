import Documents

/// How the weights of a model folder are quantised, according to `quantization_config` and their names.
enum Quantization: Equatable {
  case none
  /// 8-bit floats with a scale for each block of this many rows and columns.
  case float8Blocks([Int])
  /// Packed by a method that is not decoded here; its name.
  case packed(String)

  init(
    configuration: JSONValue, file: String, tensors: [TensorDescription]
  ) throws(CheckpointError) {
    let settings = configuration["quantization_config"]
    if case .object? = settings, let settings {
      let method = settings["quant_method"]?.string ?? Self.method(withoutName: settings)
      if method != "fp8" && method != "finegrained_fp8" {
        self = .packed(method)
        return
      }
      self = .float8Blocks(try Self.block(settings["weight_block_size"], file: file))
    } else if let method = tensors.lazy.compactMap({ Self.method(ofKey: $0.name) }).first {
      self = .packed(method)
    } else {
      // Without a configuration, a weight that has scales is still scaled; others are not.
      self = .none
    }
  }

  private static func method(withoutName settings: JSONValue) -> String {
    // Early versions of bitsandbytes did not write the name of the method.
    settings["load_in_4bit"] != nil || settings["load_in_8bit"] != nil
      ? "bitsandbytes" : "unnamed method"
  }

  private static func block(_ value: JSONValue?, file: String) throws(CheckpointError) -> [Int] {
    guard let value, !value.isNull else { return BlockScale.defaultBlock }
    let block = (value.array ?? []).compactMap(\.integer)
    guard block.count == 2, value.array?.count == 2,
      block.allSatisfy({ (1...1 << 30).contains($0) })
    else {
      throw .unexpectedValue(
        file: file, key: "weight_block_size", expected: "two positive integers", found: value.kind)
    }
    return block
  }

  /// The method whose packed tensors have a key like this.
  private static func method(ofKey key: String) -> String? {
    for (ending, method) in [
      (".weight.absmax", "bitsandbytes"), (".weight.quant_map", "bitsandbytes"),
      (".SCB", "bitsandbytes"), (".qweight", "GPTQ or AWQ"), ("_proj_blocks", "MXFP4"),
      (".weight_packed", "compressed-tensors"), (".weight_scale", "scaled by 'weight_scale'"),
    ] where key.hasSuffix(ending) {
      return method
    }
    return nil
  }
}
