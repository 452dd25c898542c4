public import Adapters
public import Checkpoints

extension AdapterConfiguration {
  /// The configuration of a saved adapter; what the file leaves out has PEFT's default.
  /// - Throws: `CheckpointError.unexpectedValue`, which names the file, for a field of another type than PEFT
  ///   writes.
  public init(_ folder: AdapterFolder) throws {
    do {
      try self.init(folder.configuration, peftType: folder.peftType)
    } catch .field(let key, let expected, let found) {
      throw CheckpointError.unexpectedValue(
        file: "\(folder.path)/adapter_config.json", key: key, expected: expected, found: found)
    }
  }
}
