extension TensorStore {
  /// The hash of the names, types, shapes and bytes of all tensors, sorted by name, as 32 hexadecimal digits. Equal
  /// weights have equal hashes, in whatever files they are.
  /// - Throws: ``CheckpointError``.
  /// - Complexity: One pass over the bytes, a few megabytes at a time.
  package func contentHash() throws(CheckpointError) -> String {
    let hash = ContentHasher()
    for tensor in tensors {
      hash.update(text: "\(tensor.name) \(tensor.dataType.rawValue) \(tensor.shape)")
      try add(tensor, elements: 0..<tensor.elementCount, to: hash)
    }
    return hash.digest()
  }

  /// Hashes the bytes of consecutive elements, or their values if they are not stored in order.
  package func add(
    _ tensor: TensorDescription, elements: Range<Int>, to hash: ContentHasher
  ) throws(CheckpointError) {
    let block = tensor.dataType.block
    if tensor.isStoredInOrder, elements.lowerBound % block.elements == 0,
      elements.upperBound % block.elements == 0
    {
      let range =
        elements.lowerBound / block.elements * block.bytes..<elements.upperBound / block.elements
        * block.bytes
      try hash.update(range) { (part) throws(CheckpointError) in
        try bytes(of: tensor, range: part)
      }
      return
    }
    hash.update(text: "values")
    // Whole rows, because a tensor that is stored across its rows is read fastest so.
    let columns = max(tensor.columnCount, 1)
    let part = max(1, (1 << 19) / columns) * columns
    for start in stride(from: elements.lowerBound, to: elements.upperBound, by: part) {
      hash.update(
        try doubles(of: tensor, elements: start..<min(start + part, elements.upperBound)))
    }
  }
}

extension ModelFolder {
  /// The hash of what a model computes with, with the small files as they are now.
  /// - Throws: ``CheckpointError``; a fault of a small file.
  package func contentHash() throws -> String {
    let folder = FileSystem.isFile(path) ? FileSystem.parent(of: path) : path
    return try contentHash(with: ModelTexts(folder: folder))
  }

  /// The hash of what a model computes with: its weights, its configuration and its tokenizer.
  /// - Parameter texts: The small files of the folder, as they were used.
  /// - Throws: ``CheckpointError``.
  package func contentHash(with texts: ModelTexts) throws(CheckpointError) -> String {
    let hash = ContentHasher()
    hash.update(text: try weights.contentHash())
    for name in [ModelTexts.configuration, "tokenizer.json", "tokenizer_config.json"] {
      guard let bytes = texts.bytes(of: name) else { continue }
      hash.update(text: name)
      hash.update(bytes)
    }
    return hash.digest()
  }
}
