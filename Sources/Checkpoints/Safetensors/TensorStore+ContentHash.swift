extension TensorStore {
  /// The hash of all tensors, by their names: types, shapes and bytes, as 32 hexadecimal digits. Equal weights have
  /// equal hashes wherever they lie.
  /// - Throws: ``CheckpointError``.
  /// - Complexity: one reading of the bytes, a few megabytes at a time.
  public func contentHash() throws(CheckpointError) -> String {
    let hash = ContentHasher()
    for tensor in tensors {
      hash.update(text: "\(tensor.name) \(tensor.dataType.rawValue) \(tensor.shape)")
      for start in stride(from: 0, to: tensor.byteCount, by: Self.block) {
        let block = start..<min(start + Self.block, tensor.byteCount)
        hash.update(try bytes(of: tensor, range: block))
      }
    }
    return hash.digest()
  }

  private static let block = 1 << 22
}
