public import Adapters
public import Checkpoints

extension AdapterConfiguration {
  /// The key of the method that a configuration names, or of its start if that has a name of its own, such as `pissa`.
  package var methodName: String {
    if methodOfType != LoRA.key { return methodOfType }
    return usesDoRA ? DoRA.key : nameOfLoRA
  }

  /// `peft_type` as a key.
  var methodOfType: String { peftType.lowercased().replacing("_", with: "-") }

  /// The key of LoRA with the start of this configuration.
  var nameOfLoRA: String {
    switch initialization {
    case .standard, .random, .other: usesRankStabilizedScaling ? "rslora" : LoRA.key
    case .pissaIterated: "pissa"
    case let initialization: initialization.name.replacing("_", with: "-")
    }
  }

  /// The configuration of a saved adapter. Fields that are missing in the file have PEFT's defaults.
  /// - Throws: `CheckpointError.unexpectedValue`, which names the file, if a field has a different type than PEFT
  ///   writes.
  public init(_ folder: AdapterFolder) throws {
    do {
      try self.init(folder.configuration, peftType: folder.peftType)
    } catch .field(let key, let expected, let found) {
      throw CheckpointError.unexpectedValue(
        file: "\(folder.path)/adapter_config.json", key: key, expected: expected, found: found)
    }
    // The paths of the configuration are those of the machine that trained.
    let saved = folder.peftType == "XLORA" ? try folder.expertFolders() : []
    if !saved.isEmpty { experts = Dictionary(uniqueKeysWithValues: zip(saved, saved)) }
  }
}
