extension TensorStore {
  /// The hash of the names, types, shapes and bytes of all tensors, sorted by name, as 32 hexadecimal digits. Equal
  /// weights have equal hashes, in whatever files they are.
  /// - Throws: ``CheckpointError``.
  /// - Complexity: One pass over the bytes, a few megabytes at a time.
  package func contentHash() throws(CheckpointError) -> String {
    let hash = ContentHasher()
    for tensor in tensors {
      hash.update(text: "\(tensor.name) \(tensor.dataType.rawValue) \(tensor.shape)")
      try hash.update(0..<tensor.byteCount) { (block) throws(CheckpointError) in
        try bytes(of: tensor, range: block)
      }
    }
    return hash.digest()
  }
}

extension ModelFolder {
  /// The hash of what a model computes with: its weights, its configuration and its tokenizer.
  /// - Throws: ``CheckpointError``.
  package func contentHash() throws(CheckpointError) -> String {
    let hash = ContentHasher()
    hash.update(text: try weights.contentHash())
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
      let file = FileSystem.join(path, name)
      guard FileSystem.kind(of: file) != nil else { continue }
      hash.update(text: name)
      hash.update(try FileSystem.bytes(of: file))
    }
    return hash.digest()
  }
}
