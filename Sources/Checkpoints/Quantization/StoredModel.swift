import Documents

/// The tensors of a model as they are stored, and what `config.json` says about their quantisation.
struct StoredModel {
  let store: TensorStore
  /// The path of `config.json`, for errors.
  let file: String
  let configuration: JSONValue
  /// `quantization_config`; nil if there is none.
  let settings: JSONValue?

  init(store: TensorStore, configuration: JSONValue, file: String) {
    self.store = store
    self.file = file
    self.configuration = configuration
    let settings = configuration["quantization_config"] ?? configuration["compression_config"]
    if case .object? = settings { self.settings = settings } else { self.settings = nil }
  }

  /// `quant_method`; nil if the model does not say that it is quantised.
  var method: String? {
    settings.map { settings in
      if let method = settings["quant_method"]?.string { return method }
      // Early versions of bitsandbytes did not write the name.
      let isBitsAndBytes = settings["load_in_4bit"] != nil || settings["load_in_8bit"] != nil
      return isBitsAndBytes ? "bitsandbytes" : "unnamed method"
    }
  }

  /// The type of the model's parameters; nil if the configuration names none that weights are computed in.
  var computeType: DataType? {
    let text = configuration["text_config"]
    let name =
      configuration["dtype"] ?? configuration["torch_dtype"] ?? text?["dtype"]
      ?? text?["torch_dtype"]
    return name?.string.flatMap(DataType.init(computing:))
  }

  /// The names of modules that have a tensor with this ending, sorted.
  func modules(with ending: String) -> [String] {
    store.tensors.filter { $0.name.hasSuffix(ending) }.map {
      String($0.name.dropLast(ending.count))
    }
  }

  /// A part of a quantised weight; nil if it is absent.
  /// - Parameters:
  ///   - types: Those it may have; any if empty.
  ///   - shape: The only one it may have; nil for any.
  func part(
    _ name: String, _ types: [DataType], shape: [Int]? = nil
  ) throws(CheckpointError) -> TensorDescription? {
    guard let tensor = store[name] else { return nil }
    if !types.isEmpty, !types.contains(tensor.dataType) {
      let names = types.map(\.rawValue).joined(separator: ", ")
      throw Self.fault(tensor, "is \(tensor.dataType.rawValue), expected \(names)")
    }
    if let shape, tensor.shape != shape {
      throw Self.fault(
        tensor, "has shape \(tensor.shape.asShape), expected \(shape.asShape)")
    }
    if !tensor.isStoredInOrder { throw Self.fault(tensor, "is not stored in row-major order") }
    return tensor
  }

  /// A part that must be there.
  func required(
    _ name: String, _ types: [DataType], shape: [Int]? = nil
  ) throws(CheckpointError) -> TensorDescription {
    if let tensor = try part(name, types, shape: shape) { return tensor }
    throw .quantizedTensor(tensor: name, fault: "is missing", file: store.path)
  }

  /// The shape of a weight, checked as that of a stored tensor.
  func shape(
    _ dimensions: [Int], of tensor: TensorDescription
  ) throws(CheckpointError) -> TensorShape {
    if !dimensions.contains(where: { $0 < 0 }),
      let shape = try? TensorShape(dimensions, of: .float64)
    {
      return shape
    }
    throw Self.fault(tensor, "stands for a weight of the impossible shape \(dimensions)")
  }

  static func fault(_ tensor: TensorDescription, _ text: String) -> CheckpointError {
    .quantizedTensor(tensor: tensor.name, fault: text, file: tensor.file)
  }
}

extension DataType {
  /// The types of scales, in which weights are also dequantised.
  static let computeTypes: [DataType] = [.float16, .bfloat16, .float32]

  /// - Parameter name: PyTorch's name, with or without `torch.`; nil for a type that no weight is computed in.
  init?(computing name: String) {
    switch name.hasPrefix("torch.") ? String(name.dropFirst(6)) : name {
    case "float16": self = .float16
    case "bfloat16": self = .bfloat16
    case "float32": self = .float32
    default: return nil
    }
  }
}
