import Documents

/// The tensors of one file, or of the shards of a model: safetensors, PyTorch, GGUF or NumPy, told apart by content.
///
/// Headers are read when the store is opened, elements on demand. All files stay open as long as the
/// store exists: if a file is replaced by another with the same name, the old one is still read.
public struct TensorStore: Sendable {
  /// The file, or the folder of the shards.
  public let path: String
  /// Sorted by name.
  public let tensors: [TensorDescription]
  /// The metadata of the file. That of shards is merged; for equal keys the last shard's value is used.
  public let metadata: [String: String]
  /// Tensors that are in a shard but not in the index; they cannot be read by name.
  public let unindexedTensors: [String]

  /// What a user should know about how the tensors were found, a line each.
  public let notes: [String]
  /// What `config.json` would say, as far as the weights themselves know it.
  let configuration: JSONValue?

  private let positions: [String: Int]
  private let files: [String: OpenFile]

  /// Opens a file and validates its header. An index, or one of several numbered shards, stands for all shards.
  /// - Throws: As ``SafetensorsHeader/init(file:)``; for the other formats
  ///   ``CheckpointError/damaged(file:format:fault:)``,
  ///   ``CheckpointError/notRead(file:found:remedy:)``,
  ///   ``CheckpointError/foreignObject(file:name:)``,
  ///   ``CheckpointError/noNamedTensors(file:found:)``,
  ///   ``CheckpointError/severalTensorMaps(file:keys:)``; for shards
  ///   ``CheckpointError/unexpectedValue(file:key:expected:found:)``,
  ///   ``CheckpointError/shardNameNotBare(index:shard:)``,
  ///   ``CheckpointError/shardMissing(index:shard:)``,
  ///   ``CheckpointError/numberedShardMissing(folder:shard:)``,
  ///   ``CheckpointError/tensorMissingInShard(tensor:shard:nearest:)``, and
  ///   ``CheckpointError/notRead(file:found:remedy:)`` if two tensors have one name.
  public init(file path: String) throws(CheckpointError) {
    try self.init(WeightFiles(file: path), path: path)
  }

  /// Opens the weights of a folder: `model.safetensors`, the shards that `model.safetensors.index.json` names, or files
  /// with other usual names, such as `pytorch_model.bin`, or a single GGUF file.
  /// - Throws: ``CheckpointError/nothingReadable(path:lookedFor:)`` if the folder has no weights,
  ///   ``CheckpointError/notRead(file:found:remedy:)`` if it has several GGUF files that are not
  ///   shards of one model; as ``init(file:)``.
  public init(folder: String) throws(CheckpointError) {
    if FileSystem.kind(of: folder) == nil { throw .notFound(path: folder) }
    guard let found = try WeightFiles.find(in: folder) else {
      throw .nothingReadable(path: folder, lookedFor: WeightFiles.lookedFor)
    }
    if case .file(let path) = found {
      try self.init(found, path: path)
    } else {
      try self.init(found, path: folder)
    }
  }

  private init(_ weights: WeightFiles, path: String) throws(CheckpointError) {
    switch weights {
    case .index(let index):
      try self.init(shardsOf: ShardIndex(file: index), folder: FileSystem.parent(of: index))
    case .file(let file): try self.init([file], path: path)
    case .numbered(let name, let folder): try self.init(name.all(in: folder), path: path)
    case .several(let names, let folder):
      throw .notRead(
        file: folder, found: "several GGUF files are here (\(names.joined(separator: ", ")))",
        remedy: "give the path of one of them")
    }
  }

  /// Opens files that hold one model together.
  private init(_ paths: [String], path: String) throws(CheckpointError) {
    var files: [OpenFile] = []
    for path in paths { files.append(try OpenFile(path: path)) }
    try self.init(
      path: path, contents: TensorContainers.contents(of: files), unindexed: [], files: files)
  }

  /// - Throws: ``CheckpointError/notRead(file:found:remedy:)`` if two tensors have one name.
  private init(
    path: String, contents: ContainerContents, unindexed: [String], files: [OpenFile]
  ) throws(CheckpointError) {
    self.path = path
    tensors = contents.tensors.sorted { $0.name < $1.name }
    metadata = contents.metadata
    notes = contents.notes
    configuration = contents.configuration
    self.files = Dictionary(files.map { ($0.path, $0) }) { $1 }
    unindexedTensors = unindexed
    for (tensor, next) in zip(tensors, tensors.dropFirst()) where tensor.name == next.name {
      throw .notRead(
        file: path, found: "two tensors have the name '\(tensor.name)'",
        remedy: "save the model again with one of them")
    }
    var positions: [String: Int] = [:]
    positions.reserveCapacity(tensors.count)
    for (position, tensor) in tensors.enumerated() { positions[tensor.name] = position }
    self.positions = positions
  }

  /// The tensor of this name, if there is one.
  public subscript(name: String) -> TensorDescription? { positions[name].map { tensors[$0] } }

  /// The tensor of this name.
  /// - Throws: ``CheckpointError/tensorNotFound(name:place:nearest:)`` with the nearest name.
  public func description(of name: String) throws(CheckpointError) -> TensorDescription {
    if let tensor = self[name] { return tensor }
    let nearest = NearestName.of(name, in: tensors.lazy.map(\.name))
    throw .tensorNotFound(name: name, place: path, nearest: nearest)
  }

  /// Reads a part of a tensor as doubles.
  /// - Parameters:
  ///   - tensor: One of ``tensors``.
  ///   - elements: Positions in row-major order, inside the tensor.
  ///   - values: One entry for each of `elements`.
  /// - Throws: ``CheckpointError/notDecodable(tensor:dataType:file:)`` for complex numbers and types
  ///   narrower than a byte; ``CheckpointError/changedWhileReading(file:)``,
  ///   ``CheckpointError/unreadable(path:reason:)``.
  public func read(
    _ tensor: TensorDescription, elements: Range<Int>,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    try unsafe read(tensor, lines: ElementLines(elements, of: tensor), into: values)
  }

  /// Reads equally long runs of elements, equally far apart, one after another.
  package func read(
    _ tensor: TensorDescription, lines: ElementLines,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    precondition(
      lines.first >= 0 && lines.end <= tensor.elementCount, "elements outside the tensor")
    precondition(
      lines.count * lines.length == values.count, "a buffer for another number of elements")
    if !tensor.dataType.isDecodable {
      throw .notDecodable(tensor: tensor.name, dataType: tensor.dataType, file: tensor.file)
    }
    if values.isEmpty { return }
    try unsafe StoredElements(of: tensor, in: file(of: tensor)).read(lines, into: values)
  }

  /// All elements of a tensor, row-major.
  /// - Throws: ``CheckpointError/tensorNotFound(name:place:nearest:)`` with the nearest name; as
  ///   ``read(_:elements:into:)``.
  public func doubles(of name: String) throws(CheckpointError) -> [Double] {
    let tensor = try description(of: name)
    return try doubles(of: tensor, elements: 0..<tensor.elementCount)
  }

  /// The elements at these positions of a tensor, in row-major order.
  /// - Throws: As ``read(_:elements:into:)``.
  public func doubles(
    of tensor: TensorDescription, elements: Range<Int>
  ) throws(CheckpointError) -> [Double] {
    try unsafe [Double](count: elements.count) { (buffer) throws(CheckpointError) in
      try unsafe read(tensor, elements: elements, into: buffer)
    }
  }

  /// The bytes of a tensor as they are stored.
  /// - Parameters:
  ///   - tensor: One of ``tensors``, its elements stored one after another.
  ///   - range: Positions inside the tensor, in bytes.
  /// - Throws: ``CheckpointError/changedWhileReading(file:)``,
  ///   ``CheckpointError/unreadable(path:reason:)``.
  public func bytes(
    of tensor: TensorDescription, range: Range<Int>
  ) throws(CheckpointError) -> [UInt8] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= tensor.byteCount, "bytes outside the tensor")
    precondition(
      tensor.layout == .rowMajor, "the bytes of a tensor that is stored in another order")
    return try file(of: tensor).bytes(at: tensor.byteOffset + range.lowerBound, count: range.count)
  }

  /// Equally long runs of bytes of a tensor, equally far apart, one after another.
  /// - Parameter lines: Inside the tensor, in bytes; its elements are stored one after another.
  func bytes(
    of tensor: TensorDescription, lines: ElementLines
  ) throws(CheckpointError) -> [UInt8] {
    if lines.areJoined { return try bytes(of: tensor, range: lines.first..<lines.end) }
    precondition(
      lines.first >= 0 && lines.end <= tensor.byteCount && tensor.layout == .rowMajor,
      "bytes outside the tensor, or in another order")
    return try file(of: tensor).bytes(of: lines, from: tensor.byteOffset)
  }

  private func file(of tensor: TensorDescription) throws(CheckpointError) -> OpenFile {
    guard let file = files[tensor.file] else { throw .notFound(path: tensor.file) }
    return file
  }
}

extension TensorStore {
  /// Opens every shard once and keeps those of its tensors that the index expects there.
  private init(shardsOf index: ShardIndex, folder: String) throws(CheckpointError) {
    var files: [OpenFile] = []
    var contents = ContainerContents(tensors: [])
    var unindexed: [String] = []
    for shard in index.shards {
      let path = FileSystem.join(folder, shard.file)
      if FileSystem.kind(of: path) == nil {
        throw .shardMissing(index: index.path, shard: shard.file)
      }
      let file = try OpenFile(path: path)
      let part = try TensorContainers.contents(of: [file])
      let expected = Set(shard.tensors)
      let present = Set(part.tensors.map(\.name))
      if let missing = shard.tensors.first(where: { !present.contains($0) }) {
        throw .tensorMissingInShard(
          tensor: missing, shard: path,
          nearest: NearestName.of(missing, in: part.tensors.lazy.map(\.name)))
      }
      contents.tensors += part.tensors.filter { expected.contains($0.name) }
      unindexed += part.tensors.lazy.map(\.name).filter { !index.names.contains($0) }
      contents.metadata.merge(part.metadata) { $1 }
      contents.notes += part.notes
      files.append(file)
    }
    try self.init(path: folder, contents: contents, unindexed: unindexed.sorted(), files: files)
  }
}
