/// Finds out what a folder saved at one step contains.
enum CheckpointFolder {
  /// A checkpoint that was opened.
  struct Opened {
    let checkpoint: Checkpoint
    /// The base model that it names.
    let baseName: String?
    /// What lies beside its weights and was not read.
    let note: String?
  }

  /// The places where the weights of a step may be; the first one that has weights is used: the folder itself (Trainer,
  /// TRL), or the subfolders of verl and its merger, of NeMo RL and cosmos-rl (`policy`), of NeMo AutoModel (`model`).
  private static let places = [
    "", "actor/lora_adapter", "lora_adapter", "actor/huggingface", "huggingface", "actor",
    "policy/lora_adapter",
    "policy/huggingface", "policy/weights/model", "policy/weights", "policy", "model/consolidated",
    "model", "weights",
    "hf", "hf_model", "safetensors",
  ]

  /// The weights in a folder, found without reading them; nil if there are none.
  static func find(in folder: String) throws(CheckpointError) -> (
    path: String, Checkpoint.Contents
  )? {
    for place in places {
      let path = place.isEmpty ? folder : FileSystem.join(folder, place)
      if let contents = try contents(of: path) { return (path, contents) }
    }
    // A named adapter is in a subfolder.
    if let path = try AdapterFolder.locate(in: folder) { return (path, .adapter) }
    return nil
  }

  /// What lies in this very folder. Beside weights of a model, the configuration of an adapter without weights is what
  /// merging left behind.
  static func contents(of folder: String) throws(CheckpointError) -> Checkpoint.Contents? {
    guard try FileSystem.isFolder(folder) else { return nil }
    let holds = { (name: String) in FileSystem.isFile(FileSystem.join(folder, name)) }
    if AdapterFolder.namesInFolders.contains(where: holds) { return .adapter }
    if try WeightFiles.find(in: folder) != nil { return .model }
    return holds(AdapterFolder.configurationName) ? .adapter : nil
  }

  /// The checkpoint at a path, after a check that it is complete: the configuration exists, every header is whole, and
  /// every file is as long as its header says.
  /// - Parameter path: A folder, or a file of weights that is a checkpoint by itself.
  static func open(_ path: String, step: Int) throws(CheckpointError) -> Opened {
    if FileSystem.isFile(path) { return try open(file: path, step: step) }
    guard let (place, contents) = try find(in: path) else {
      if let format = try ForeignFormat(inFolder: path) {
        throw .unreadableFormat(path: path, format: format)
      }
      throw .nothingReadable(path: path, lookedFor: lookedFor)
    }
    let baseName: String?
    switch contents {
    case .adapter:
      baseName = try AdapterFolder(path: place).baseModelName
    case .model: baseName = try plainModel(at: place).originName
    }
    return Opened(
      checkpoint: Checkpoint(step: step, path: place, contents: contents), baseName: baseName,
      note: try UnreadContents.note(in: path, read: place, as: contents))
  }

  private static func open(file path: String, step: Int) throws(CheckpointError) -> Opened {
    var isAdapter = FileSystem.lastComponent(of: path).hasSuffix(AdapterFolder.mlxWeightsName)
    if !isAdapter {
      isAdapter = ForeignAdapter.isAdapter(try TensorStore(file: path))
    }
    return Opened(
      checkpoint: Checkpoint(step: step, path: path, contents: isAdapter ? .adapter : .model),
      baseName: isAdapter
        ? try AdapterFolder(path: path).baseModelName : try plainModel(at: path).originName,
      note: nil)
  }

  /// A model, after a check that it holds its own weights and not those of a model that PEFT has wrapped.
  static func plainModel(at path: String) throws(CheckpointError) -> ModelFolder {
    let model = try ModelFolder(path: path)
    if GGUFAdapter.isOne(model.weights) {
      throw .notRead(
        file: path, found: "the GGUF file in it is an adapter, not a model",
        remedy: "give the path of the file itself")
    }
    if let wrapped = model.weights.tensors.first(where: {
      $0.name.contains(".base_layer.") || $0.name.contains(".lora_A.")
    }) {
      throw .wrappedByPEFT(path: path, file: wrapped.file, tensor: wrapped.name)
    }
    return model
  }

  /// The files that make a folder a checkpoint or a model.
  static let marks = [
    AdapterFolder.configurationName, AdapterFolder.weightsName, "model.safetensors",
    ShardIndex.fileName,
  ]

  /// The same for messages, with all formats that are read.
  static let lookedFor =
    [AdapterFolder.configurationName, AdapterFolder.weightsName] + WeightFiles.lookedFor
}
