/// What `torch.save` wrote before PyTorch 1.6: pickles, then the storages.
///
///     pickles       a magic number, a version, facts about the machine, the object, the list of keys
///     storages      for each key: the number of elements in 8 bytes, and the elements
enum LegacyPyTorchFile: TensorContainer {
  private static let format = "PyTorch"

  static func recognises(_ file: OpenFile) throws(CheckpointError) -> Bool {
    guard file.size >= 2 else { return false }
    let begin = try file.bytes(at: 0, count: 2)
    return begin[0] == PickleOpcode.version.rawValue && (2...5).contains(begin[1])
  }

  static func contents(of files: [OpenFile]) throws(CheckpointError) -> ContainerContents {
    try ContainerContents(joining: files) { (file) throws(CheckpointError) in
      var cursor = FileCursor(file, format: format, range: 0..<file.size)
      var reader = PickleReader(cursor, file: file.path)
      guard case .largeNumber = try reader.read().value else {
        throw .notRead(
          file: file.path, found: "a pickle that torch.save did not write",
          remedy: "save a dictionary of tensors with torch.save or safetensors")
      }
      _ = try reader.read()
      _ = try reader.read()
      let value = try reader.read().value
      let keys: PickleValue
      (keys, cursor) = try reader.read()
      let map = try TensorMap(in: value, of: reader, file: file.path)
      let storages = try places(of: reader.elements(keys) ?? [], map: map, &cursor)
      return try map.contents(storages: storages)
    }
  }

  /// Where each storage lies, in the order of the keys.
  private static func places(
    of keys: [PickleValue], map: TensorMap, _ cursor: inout FileCursor
  ) throws(CheckpointError) -> [String: Range<Int>] {
    var places: [String: Range<Int>] = [:]
    for value in keys {
      guard case .text(let key) = value else { throw cursor.damaged("a storage has no key") }
      let count = try cursor.length("the number of elements of storage '\(key)'")
      guard let type = map.storageTypes[key] else {
        throw cursor.damaged("nothing says how the elements of storage '\(key)' are stored")
      }
      let (bytes, overflow) = count.multipliedReportingOverflow(by: type.block.bytes)
      let begin = cursor.position
      try cursor.skip(overflow ? -1 : bytes, "storage '\(key)'")
      places[key] = begin..<begin + bytes
    }
    return places
  }
}
