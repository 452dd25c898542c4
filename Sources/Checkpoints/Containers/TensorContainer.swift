import Documents

/// A file format that holds named tensors. Reading one checks everything that its header says about the file; the
/// elements stay where they are.
protocol TensorContainer: Sendable {
  /// Whether the file begins as this format does.
  static func recognises(_ file: OpenFile) throws(CheckpointError) -> Bool
  /// What the files of one model hold together; nearly always it is one file.
  /// - Throws: ``CheckpointError`` if a file does not follow the format.
  static func contents(of files: [OpenFile]) throws(CheckpointError) -> ContainerContents
}

/// The formats that are read. A file is of the first that recognises it, whatever its name.
enum TensorContainers {
  static let all: [any TensorContainer.Type] = [
    // Its first bytes are a number, which may look like the mark of any other format.
    SafetensorsContainer.self, GGUFContainer.self, PyTorchArchive.self, NumPyArchive.self,
    LegacyPyTorchFile.self,
  ]

  /// What files of one format hold; the first says which.
  static func contents(of files: [OpenFile]) throws(CheckpointError) -> ContainerContents {
    for container in all where try container.recognises(files[0]) {
      return try container.contents(of: files)
    }
    // Says what is wrong with a file that is of none.
    return try SafetensorsContainer.contents(of: files)
  }
}

/// What a container says about its tensors.
struct ContainerContents: Sendable {
  /// In any order; no name twice.
  var tensors: [TensorDescription]
  var metadata: [String: String] = [:]
  /// What `config.json` would say, as far as the file knows it.
  var configuration: JSONValue?
  /// What a user should know, a line each.
  var notes: [String] = []
}

extension ContainerContents {
  /// The contents of files that are read alone; of equal metadata the last are used.
  init(
    joining files: [OpenFile],
    read: (OpenFile) throws(CheckpointError) -> ContainerContents
  ) throws(CheckpointError) {
    self.init(tensors: [])
    for file in files {
      let part = try read(file)
      tensors += part.tensors
      metadata.merge(part.metadata) { $1 }
      notes += part.notes
    }
  }
}

/// A file whose header is the one of safetensors: its length in eight bytes, of which the upper four are zero, and a JSON
/// object.
enum SafetensorsContainer: TensorContainer {
  static func recognises(_ file: OpenFile) throws(CheckpointError) -> Bool {
    guard file.size > 8 else { return false }
    return try file.bytes(at: 4, count: 5) == [0, 0, 0, 0, UInt8(ascii: "{")]
  }

  static func contents(of files: [OpenFile]) throws(CheckpointError) -> ContainerContents {
    try ContainerContents(joining: files) { (file) throws(CheckpointError) in
      let header = try SafetensorsHeader(reading: file)
      return ContainerContents(tensors: header.tensors, metadata: header.metadata)
    }
  }
}
