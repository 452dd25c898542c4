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
  /// The weights that the model computes with, sorted by name: tensors as they are stored, and quantised weights, each
  /// once and without its packed parts.
  public let parameters: [ModelWeight]
  private let positions: [String: Int]

  /// - Throws: ``CheckpointError/unreadableFormat(path:format:)`` for shards of training frameworks,
  ///   ``CheckpointError/quantized(path:method:)`` for weights quantised in a way that is not read,
  ///   ``CheckpointError/quantizedTensor(tensor:fault:file:)`` for those that do not follow theirs,
  ///   ``CheckpointError/isAdapter(path:base:)``, ``CheckpointError/isRun(path:checkpoint:base:)``,
  ///   ``CheckpointError/configurationMissing(folder:file:)``, and what ``TensorStore`` throws.
  public init(path: String) throws(CheckpointError) { try self.init(path: path, texts: nil) }

  /// The whole weights in the file of an adapter, which PEFT saves beside its factors (`modules_to_save`).
  package init(savedWithAdapter file: String) throws(CheckpointError) {
    try self.init(path: file, texts: nil, mayBeAdapter: true)
  }

  /// - Parameter texts: The small files of the folder, if they have been read.
  package init(path: String, texts: ModelTexts?) throws(CheckpointError) {
    try self.init(path: path, texts: texts, mayBeAdapter: false)
  }

  private init(path: String, texts: ModelTexts?, mayBeAdapter: Bool) throws(CheckpointError) {
    let isFile = FileSystem.isFile(path)
    let folder = isFile ? FileSystem.parent(of: path) : path
    let configurationFile = FileSystem.join(folder, "config.json")
    if isFile {
      if let format = ForeignFormat(ofFile: path) {
        throw .unreadableFormat(path: path, format: format)
      }
      weights = try TensorStore(file: path)
      if !mayBeAdapter, ForeignAdapter.isAdapter(weights) {
        throw .isAdapter(path: path, base: nil)
      }
    } else {
      weights = try Self.weights(in: folder)
    }
    if let bytes = texts?.bytes(of: ModelTexts.configuration) {
      configuration = try JSONValue(parsing: bytes, of: configurationFile, dialect: .python)
    } else if FileSystem.isFile(configurationFile) {
      configuration = try JSONValue(file: configurationFile)
    } else if let known = weights.configuration {
      configuration = known
    } else if isFile {
      configuration = .object([])
    } else {
      throw .configurationMissing(folder: folder, file: "config.json")
    }
    self.path = path
    parameters = try Self.parameters(
      of: StoredModel(store: weights, configuration: configuration, file: configurationFile),
      path: path)
    positions = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1.name, $0) })
    tiedEmbeddings =
      (configuration["tie_word_embeddings"] ?? configuration["text_config"]?["tie_word_embeddings"])?
      .boolean ?? false
    modelType = configuration["model_type"]?.string
  }

  private static func parameters(
    of model: StoredModel, path: String
  ) throws(CheckpointError) -> [ModelWeight] {
    let quantized = try QuantizationSchemes.weights(of: model, path: path)
    let parts = Set(quantized.flatMap { $0.parts.map(\.name) })
    let weights =
      model.store.tensors.filter { !parts.contains($0.name) }.map {
        ModelWeight(.tensor($0), store: model.store)
      } + quantized.map { ModelWeight(.quantized($0), store: model.store) }
    let sorted = weights.sorted { $0.name < $1.name }
    for (weight, next) in zip(sorted, sorted.dropFirst()) where weight.name == next.name {
      throw .notRead(
        file: path, found: "the weight '\(weight.name)' is stored twice, quantised and not",
        remedy: "save the model again with one of them")
    }
    return sorted
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
      if let last = try StepEntries(in: folder).entries.last,
        let (place, contents) = try CheckpointFolder.find(in: last.path)
      {
        throw .isRun(
          path: folder, checkpoint: contents == .model ? place : nil,
          base: contents == .adapter ? try? AdapterFolder(path: place).baseModelName : nil)
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
  /// - Throws: If the system does not tell.
  package func isSame(as other: ModelFolder) throws(CheckpointError) -> Bool {
    try FileSystem.identity(of: path) == FileSystem.identity(of: other.path)
  }

  /// The storage type of most elements; nil for a model without tensors.
  public var storageType: DataType? {
    var counts: [DataType: Int] = [:]
    for weight in parameters {
      counts[weight.storageType, default: 0] += weight.rows * weight.columns
    }
    return DataType.allCases.filter { counts[$0] != nil }.max {
      counts[$0, default: 0] < counts[$1, default: 0]
    }
  }

  /// The weight of a module, or the tensor of this name: `lm_head` and `lm_head.weight` mean the same.
  ///
  /// If a tied head is not in the file, the input embedding is returned. A quantised weight reads as the numbers that
  /// the model computes with.
  /// - Throws: ``CheckpointError/tensorNotFound(name:place:nearest:)`` with the nearest name.
  public func weight(named module: String) throws(CheckpointError) -> ModelWeight {
    if let weight = lookUp(module) { return weight }
    let isParameter = module.hasSuffix(".weight") || module.hasSuffix(".bias")
    let name = isParameter ? module : module + ".weight"
    throw .tensorNotFound(
      name: name, place: weights.path,
      nearest: NearestName.of(name, in: parameters.lazy.map(\.name)))
  }

  /// Whether ``weight(named:)`` finds something.
  public func hasWeight(named module: String) -> Bool { lookUp(module) != nil }

  private subscript(name: String) -> ModelWeight? { positions[name].map { parameters[$0] } }

  private func lookUp(_ module: String) -> ModelWeight? {
    if let weight = self[module] ?? self[module + ".weight"] { return weight }
    let isHead = module == "lm_head" || module == "lm_head.weight"
    guard tiedEmbeddings,
      isHead || module.hasSuffix(".lm_head") || module.hasSuffix(".lm_head.weight")
    else { return nil }
    return inputEmbedding
  }

  /// The embedding of the input tokens; its name depends on the architecture.
  private var inputEmbedding: ModelWeight? {
    for name in [
      "model.embed_tokens.weight", "model.language_model.embed_tokens.weight",
      "language_model.model.embed_tokens.weight", "transformer.wte.weight", "wte.weight",
      "gpt_neox.embed_in.weight",
    ] {
      if let weight = self[name] { return weight }
    }
    let found = parameters.filter { $0.name.hasSuffix("embed_tokens.weight") }
    return found.count == 1 ? found[0] : nil
  }
}
