public import Documents

/// An adapter as PEFT saves it: `adapter_config.json` and `adapter_model.safetensors`, formerly `adapter_model.bin`.
///
///     base_model.model.<module>.<parameter>[.<adapter name>][.weight]    a tensor of one module
///     base_model.<parameter>                                             a tensor that modules share
///
/// An adapter that is not PEFT's default is in a subfolder with the adapter's name.
public struct AdapterFolder: Sendable {
  static let configurationName = "adapter_config.json"
  static let weightsName = "adapter_model.safetensors"
  /// Under this name PEFT wrote a pickle before it wrote safetensors.
  static let olderWeightsName = "adapter_model.bin"
  static let mlxWeightsName = "adapters.safetensors"
  static let diffusersWeightsName = "pytorch_lora_weights.safetensors"
  /// As `convert --format kohya` writes it; the scripts of kohya-ss name it as they are told.
  static let kohyaWeightsName = "lora.safetensors"
  static let torchtuneWeightsName = "adapter_model.pt"
  static let weightsNames = [
    weightsName, olderWeightsName, mlxWeightsName, diffusersWeightsName, torchtuneWeightsName,
  ]
  /// What is looked for in a folder.
  static let namesInFolders = weightsNames + [kohyaWeightsName]

  /// The folder that holds the two files; the file of a trainer that writes only one.
  public let path: String
  /// `adapter_config.json`, or what it would say of the file of another trainer.
  public let configuration: JSONValue
  /// The method in upper case, as PEFT writes it: `LORA`.
  public let peftType: String
  /// `base_model_name_or_path`: a path or a name on the hub; nil if there is none.
  public let baseModelName: String?
  public let weights: TensorStore
  /// Sorted by key.
  public internal(set) var entries: [AdapterEntry]

  /// - Throws: ``CheckpointError/unreadableFormat(path:format:)`` for shards of training frameworks,
  ///   ``CheckpointError/nothingReadable(path:lookedFor:)``,
  ///   ``CheckpointError/ambiguousAdapterKeys(file:first:second:)``, and what ``TensorStore`` throws.
  public init(path: String) throws(CheckpointError) {
    guard let folder = try Self.locate(in: path) else {
      throw FileSystem.kind(of: path) == nil
        ? .notFound(path: path)
        : .nothingReadable(path: path, lookedFor: [Self.configurationName])
    }
    let isFile = FileSystem.isFile(path)
    let place = isFile ? path : folder
    // Under another name than those of an adapter's weights, the tensors say whose they are.
    let isNamed = !isFile || Self.weightsNames.contains(where: path.hasSuffix)
    let store = isNamed ? nil : try TensorStore(file: path)
    let open = { () throws(CheckpointError) in
      if let store { return store }
      return try isFile ? TensorStore(file: path) : Self.weights(in: folder)
    }
    let configurationFile = FileSystem.join(folder, Self.configurationName)
    if store.map(ForeignAdapter.mayBelongToPEFT) ?? true, FileSystem.isFile(configurationFile) {
      let document = try JSONValue(file: configurationFile)
      try self.init(
        path: place, configuration: ForeignAdapter.mlxConfiguration(document) ?? document,
        configurationFile: configurationFile, weights: open)
      return
    }
    let weights = try open()
    guard !weights.path.hasSuffix(Self.weightsName),
      let configuration = try ForeignAdapter.configuration(of: weights)
    else { throw .configurationMissing(folder: folder, file: Self.configurationName) }
    try self.init(path: place, configuration: configuration, configurationFile: weights.path) {
      weights
    }
  }

  private init(
    path: String, configuration: JSONValue, configurationFile: String,
    weights open: () throws(CheckpointError) -> TensorStore
  ) throws(CheckpointError) {
    self.configuration = configuration
    guard let type = configuration["peft_type"]?.string else {
      throw .unexpectedValue(
        file: configurationFile, key: "peft_type", expected: "the name of a method",
        found: configuration["peft_type"]?.kind ?? "missing")
    }
    // Some files contain the name of the enumeration case, `PeftType.LORA`.
    peftType = type.split(separator: ".").last.map { $0.uppercased() } ?? type
    let name = configuration["base_model_name_or_path"]?.string
    baseModelName = name == "" ? nil : name
    weights = try open()
    if Torchtune.isOne(weights) {
      entries = try Torchtune.entries(of: weights)
    } else if let pipeline = try PipelineAdapter(weights) {
      entries = pipeline.entries()
    } else {
      entries = weights.tensors.map(AdapterEntry.init(tensor:))
    }
    self.path = path
    try Self.checkUnique(entries, file: weights.path)
  }

  /// The folder of an adapter: this one, or the only subfolder that has a configuration; that of a file.
  static func locate(in folder: String) throws(CheckpointError) -> String? {
    if FileSystem.isFile(folder) { return FileSystem.parent(of: folder) }
    guard try FileSystem.isFolder(folder) else { return nil }
    let marks = [configurationName] + namesInFolders
    if marks.contains(where: { FileSystem.isFile(FileSystem.join(folder, $0)) }) { return folder }
    let names = try FileSystem.folders(in: folder).filter { name in
      StepName(folder: name) == nil
        && FileSystem.isFile(FileSystem.join(FileSystem.join(folder, name), configurationName))
    }
    if names.count > 1 { throw .severalAdapters(path: folder, names: names) }
    return names.first.map { FileSystem.join(folder, $0) }
  }

  /// The adapters in folders below this one, where X-LoRA saves its experts.
  package func expertFolders() throws(CheckpointError) -> [String] {
    try FileSystem.folders(in: path).map { FileSystem.join(path, $0) }
      .filter { FileSystem.isFile(FileSystem.join($0, Self.configurationName)) }
  }

  private static func weights(in folder: String) throws(CheckpointError) -> TensorStore {
    for name in namesInFolders {
      let file = FileSystem.join(folder, name)
      if FileSystem.kind(of: file) != nil { return try TensorStore(file: file) }
    }
    if let format = try ForeignFormat(inFolder: folder) {
      throw .unreadableFormat(path: folder, format: format)
    }
    throw .nothingReadable(path: folder, lookedFor: [weightsName])
  }

  private static func checkUnique(
    _ entries: [AdapterEntry], file: String
  ) throws(CheckpointError) {
    var keys: [String: String] = [:]
    for entry in entries {
      // With another prefix, the same name is a different tensor.
      let place = entry.prefix.rawValue + entry.name
      if let first = keys.updateValue(entry.key, forKey: place) {
        throw .ambiguousAdapterKeys(file: file, first: first, second: entry.key)
      }
    }
  }
}
