public import Documents

/// A model in the Hugging Face layout: `config.json` and weights in one file or in shards, in any format that
/// ``TensorStore`` reads. It may also be a single file of weights; if there is no `config.json` next to it, what the file
/// itself says about the model is used (GGUF does), or only the tensors are known.
public struct ModelFolder: Sendable {
  public let path: String
  /// `config.json`; without one what the weights say, or an empty object.
  public let configuration: JSONValue
  public let weights: TensorStore
  /// Whether the output head shares the weight of the input embedding.
  public let tiedEmbeddings: Bool
  public let modelType: String?
  private let quantization: Quantization

  /// - Throws: ``CheckpointError/unreadableFormat(path:format:)`` for shards of training frameworks,
  ///   ``CheckpointError/quantized(path:method:)`` for packed weights,
  ///   ``CheckpointError/configurationMissing(folder:file:)``, and what ``TensorStore`` throws.
  public init(path: String) throws(CheckpointError) {
    let isFile = FileSystem.isFile(path)
    let folder = isFile ? FileSystem.parent(of: path) : path
    let configurationFile = FileSystem.join(folder, "config.json")
    if isFile {
      if let format = ForeignFormat(ofFile: path) {
        throw .unreadableFormat(path: path, format: format)
      }
      weights = try TensorStore(file: path)
    } else {
      weights = try Self.weights(in: folder)
    }
    if FileSystem.isFile(configurationFile) {
      configuration = try JSONValue(file: configurationFile)
    } else if let known = weights.configuration {
      configuration = known
    } else if isFile {
      configuration = .object([])
    } else {
      throw .configurationMissing(folder: folder, file: "config.json")
    }
    self.path = path
    quantization = try Quantization(
      configuration: configuration, file: configurationFile, tensors: weights.tensors)
    if case .packed(let method) = quantization {
      throw .quantized(path: path, method: method)
    }
    tiedEmbeddings =
      (configuration["tie_word_embeddings"] ?? configuration["text_config"]?["tie_word_embeddings"])?
      .boolean ?? false
    modelType = configuration["model_type"]?.string
  }

  private static func weights(in folder: String) throws(CheckpointError) -> TensorStore {
    do {
      return try TensorStore(folder: folder)
    } catch .nothingReadable(let path, let lookedFor) {
      if let format = try ForeignFormat(inFolder: folder) {
        throw .unreadableFormat(path: path, format: format)
      }
      if FileSystem.isFile(FileSystem.join(folder, AdapterFolder.configurationName)) {
        let adapter = try? AdapterFolder(path: folder)
        throw .isAdapter(path: folder, base: adapter?.baseModelName)
      }
      throw .nothingReadable(path: path, lookedFor: lookedFor)
    }
  }

  /// The part of the configuration that describes the language model: `text_config` if there is one,
  /// else the whole configuration.
  package var textConfiguration: JSONValue {
    if let nested = configuration["text_config"], case .object = nested {
      nested
    } else {
      configuration
    }
  }

  /// The origin of the weights according to the configuration: `_name_or_path`.
  public var originName: String? {
    configuration["_name_or_path"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether both models are one folder or file.
  package func isSame(as other: ModelFolder) -> Bool {
    FileSystem.identity(of: path) == FileSystem.identity(of: other.path)
  }

  /// The storage type of most elements; nil for a model without tensors.
  public var storageType: DataType? {
    var counts: [DataType: Int] = [:]
    for tensor in weights.tensors { counts[tensor.dataType, default: 0] += tensor.elementCount }
    return DataType.allCases.filter { counts[$0] != nil }.max {
      counts[$0, default: 0] < counts[$1, default: 0]
    }
  }

  /// The weight of a module, or the tensor of this name: `lm_head` and `lm_head.weight` mean the same.
  ///
  /// If a tied head is not in the file, the input embedding is returned. An 8-bit weight comes with its
  /// scales; reading it gives the scaled numbers.
  /// - Throws: ``CheckpointError/tensorNotFound(name:place:nearest:)`` with the nearest name.
  public func weight(named module: String) throws(CheckpointError) -> ModelWeight {
    let tensor = try tensor(named: module)
    return ModelWeight(tensor: tensor, scale: try scale(of: tensor), store: weights)
  }

  /// Whether ``weight(named:)`` finds something.
  public func hasWeight(named module: String) -> Bool { lookUp(module) != nil }

  private func tensor(named module: String) throws(CheckpointError) -> TensorDescription {
    if let tensor = lookUp(module) { return tensor }
    let isParameter = module.hasSuffix(".weight") || module.hasSuffix(".bias")
    return try weights.description(of: isParameter ? module : module + ".weight")
  }

  private func lookUp(_ module: String) -> TensorDescription? {
    if let tensor = weights[module] ?? weights[module + ".weight"] { return tensor }
    let isHead = module == "lm_head" || module == "lm_head.weight"
    guard tiedEmbeddings,
      isHead || module.hasSuffix(".lm_head") || module.hasSuffix(".lm_head.weight")
    else { return nil }
    return inputEmbedding
  }

  /// The embedding of the input tokens; its name depends on the architecture.
  private var inputEmbedding: TensorDescription? {
    for name in [
      "model.embed_tokens.weight", "model.language_model.embed_tokens.weight",
      "language_model.model.embed_tokens.weight", "transformer.wte.weight", "wte.weight",
      "gpt_neox.embed_in.weight",
    ] {
      if let tensor = weights[name] { return tensor }
    }
    let found = weights.tensors.filter { $0.name.hasSuffix("embed_tokens.weight") }
    return found.count == 1 ? found[0] : nil
  }

  private func scale(of tensor: TensorDescription) throws(CheckpointError) -> BlockScale? {
    guard tensor.dataType == .float8E4M3 || tensor.dataType == .float8E5M2 else { return nil }
    let block: [Int]
    if case .float8Blocks(let size) = quantization {
      block = size
    } else {
      block = BlockScale.defaultBlock
    }
    if let scale = weights[tensor.name + "_scale_inv"] {
      return try BlockScale(scale, of: tensor, block: block)
    }
    if quantization == .none { return nil }
    throw .scaleMissing(tensor: tensor.name, file: tensor.file)
  }
}
