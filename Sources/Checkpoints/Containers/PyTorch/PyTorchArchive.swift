/// What `torch.save` writes since PyTorch 1.6: a zip archive.
///
///     NAME/data.pkl      a pickle of the object, in which tensors are views of storages
///     NAME/data/KEY      the elements of a storage
///     NAME/byteorder     `little`
enum PyTorchArchive: TensorContainer {
  private static let format = "PyTorch"

  static func recognises(_ file: OpenFile) throws(CheckpointError) -> Bool {
    guard try file.begins(with: ZipArchive.magic) else { return false }
    return try pickle(of: ZipArchive(reading: file, format: "zip")) != nil
  }

  private static func pickle(of archive: ZipArchive) -> ZipArchive.Member? {
    archive.members.first { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }
  }

  static func contents(of files: [OpenFile]) throws(CheckpointError) -> ContainerContents {
    try ContainerContents(joining: files) { (file) throws(CheckpointError) in
      let archive = try ZipArchive(reading: file, format: format)
      guard let pickle = pickle(of: archive), let range = pickle.range else {
        throw compressed(pickle(of: archive)?.name ?? "data.pkl", file)
      }
      let prefix = String(pickle.name.dropLast("data.pkl".count))
      var storages: [String: Range<Int>] = [:]
      for member in archive.members where member.name.hasPrefix(prefix + "data/") {
        guard let range = member.range else { throw compressed(member.name, file) }
        storages[String(member.name.dropFirst(prefix.count + 5))] = range
      }
      try checkByteOrder(archive, prefix: prefix, file: file)
      var reader = PickleReader(
        FileCursor(file, format: format, range: range), file: file.path)
      let value = try reader.read().value
      return try TensorMap(in: value, of: reader, file: file.path).contents(storages: storages)
    }
  }

  /// Reads the pickle of a file that need not hold tensors.
  static func object(
    in file: OpenFile
  ) throws(CheckpointError) -> (value: PickleValue, reader: PickleReader) {
    let archive = try ZipArchive(reading: file, format: format)
    guard let pickle = pickle(of: archive), let range = pickle.range else {
      throw compressed(pickle(of: archive)?.name ?? "data.pkl", file)
    }
    var reader = PickleReader(
      FileCursor(file, format: format, range: range), file: file.path, keepsObjects: true)
    return (try reader.read().value, reader)
  }

  private static func compressed(_ member: String, _ file: OpenFile) -> CheckpointError {
    .notRead(
      file: file.path, found: "'\(member)' of the archive is compressed or encrypted",
      remedy: "save the file again with torch.save, which does neither")
  }

  private static func checkByteOrder(
    _ archive: ZipArchive, prefix: String, file: OpenFile
  ) throws(CheckpointError) {
    let member = archive.members.first { $0.name == prefix + "byteorder" }
    guard let range = member?.range, range.count <= 16 else { return }
    if try file.bytes(at: range.lowerBound, count: range.count) == Array("big".utf8) {
      throw .notRead(
        file: file.path, found: "elements in big-endian order are not read",
        remedy: "save the file again on another machine")
    }
  }
}
