/// Finds out what a folder saved at one step contains.
enum CheckpointFolder {
  /// The places where the weights of a step may be; the first one that has weights is used: the folder
  /// itself (Trainer, TRL), or the subfolders that verl and its merger write.
  private static let places = [
    "", "actor/lora_adapter", "lora_adapter", "actor/huggingface", "huggingface", "actor",
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

  private static func contents(
    of folder: String
  ) throws(CheckpointError) -> Checkpoint.Contents? {
    guard FileSystem.isFolder(folder) else { return nil }
    let holds = { (name: String) in FileSystem.isFile(FileSystem.join(folder, name)) }
    let ofAdapters = [
      AdapterFolder.configurationName, AdapterFolder.weightsName, AdapterFolder.olderWeightsName,
    ]
    if ofAdapters.contains(where: holds) { return .adapter }
    return try WeightFiles.find(in: folder) == nil ? nil : .model
  }

  /// The checkpoint in a folder, after a check that it is complete: the configuration exists, every header
  /// is whole, and every file is as long as its header says.
  /// - Returns: The checkpoint and the base model that it names.
  static func open(
    _ folder: String, step: Int
  ) throws(CheckpointError) -> (checkpoint: Checkpoint, baseName: String?) {
    guard let (path, contents) = try find(in: folder) else {
      if let format = try ForeignFormat(inFolder: folder) {
        throw .unreadableFormat(path: folder, format: format)
      }
      throw .nothingReadable(path: folder, lookedFor: lookedFor)
    }
    let baseName: String?
    switch contents {
    case .adapter:
      if !FileSystem.isFile(FileSystem.join(path, AdapterFolder.configurationName)) {
        throw .configurationMissing(folder: path, file: AdapterFolder.configurationName)
      }
      baseName = try AdapterFolder(path: path).baseModelName
    case .model: baseName = try ModelFolder(path: path).originName
    }
    return (Checkpoint(step: step, path: path, contents: contents), baseName)
  }

  /// The files that make a folder a checkpoint or a model.
  static let lookedFor = [
    AdapterFolder.configurationName, AdapterFolder.weightsName, "model.safetensors",
    ShardIndex.fileName,
  ]
}
