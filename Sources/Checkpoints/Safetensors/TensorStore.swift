import Documents

/// The tensors of one safetensors file, or of the shards of a model.
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

  private let positions: [String: Int]
  private let files: [String: OpenFile]

  /// Opens one safetensors file and validates its header.
  public init(file path: String) throws(CheckpointError) {
    let file = try OpenFile(path: path)
    let header = try SafetensorsHeader(reading: file)
    self.init(
      path: path, tensors: header.tensors, metadata: header.metadata, unindexed: [],
      files: [path: file])
  }

  /// Opens `model.safetensors`, or the shards that `model.safetensors.index.json` names.
  public init(folder: String) throws(CheckpointError) {
    let single = FileSystem.join(folder, "model.safetensors")
    let index = FileSystem.join(folder, ShardIndex.fileName)
    if FileSystem.kind(of: single) != nil {
      try self.init(file: single)
    } else if FileSystem.kind(of: index) != nil {
      try self.init(shardsOf: ShardIndex(file: index), folder: folder)
    } else if FileSystem.kind(of: folder) == nil {
      throw .notFound(path: folder)
    } else {
      throw .nothingReadable(path: folder, lookedFor: ["model.safetensors", ShardIndex.fileName])
    }
  }

  init(
    path: String, tensors: [TensorDescription], metadata: [String: String], unindexed: [String],
    files: [String: OpenFile]
  ) {
    self.path = path
    self.tensors = tensors.sorted { $0.name < $1.name }
    self.metadata = metadata
    self.files = files
    unindexedTensors = unindexed
    var positions: [String: Int] = [:]
    positions.reserveCapacity(tensors.count)
    for (position, tensor) in self.tensors.enumerated() { positions[tensor.name] = position }
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
  ///   narrower than a byte; ``CheckpointError/changedWhileReading(file:)``.
  public func read(
    _ tensor: TensorDescription, elements: Range<Int>,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    precondition(
      elements.lowerBound >= 0 && elements.upperBound <= tensor.elementCount,
      "elements outside the tensor")
    precondition(elements.count == values.count, "a buffer for another number of elements")
    if !tensor.dataType.isDecodable {
      throw .notDecodable(tensor: tensor.name, dataType: tensor.dataType, file: tensor.file)
    }
    let width = tensor.dataType.bitWidth / 8
    let file = try file(of: tensor)
    // A piece is small enough to stay in the second-level cache between the read and the conversion.
    let piece = (256 << 10) / width
    var workspace = [UInt8](repeating: 0, count: min(piece, elements.count) * width)
    var done = 0
    while done < elements.count {
      let count = min(piece, elements.count - done)
      let position = tensor.byteOffset + (elements.lowerBound + done) * width
      let target = unsafe UnsafeMutableBufferPointer(rebasing: values[done..<done + count])
      try unsafe workspace.withUnsafeMutableBufferPointer { (bytes) throws(CheckpointError) in
        let bytes = unsafe UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: bytes[..<(count * width)]))
        try unsafe file.read(into: bytes, at: position)
        unsafe tensor.dataType.decode(UnsafeRawBufferPointer(bytes), into: target)
      }
      done += count
    }
  }

  /// All elements of a tensor, row-major.
  public func doubles(of name: String) throws(CheckpointError) -> [Double] {
    let tensor = try description(of: name)
    return try doubles(of: tensor, elements: 0..<tensor.elementCount)
  }

  /// The elements at these positions of a tensor, in row-major order.
  public func doubles(
    of tensor: TensorDescription, elements: Range<Int>
  ) throws(CheckpointError) -> [Double] {
    try unsafe [Double](count: elements.count) { (buffer) throws(CheckpointError) in
      try unsafe read(tensor, elements: elements, into: buffer)
    }
  }

  /// The bytes of a tensor as they are stored.
  /// - Parameters:
  ///   - tensor: One of ``tensors``.
  ///   - range: Positions inside the tensor, in bytes.
  public func bytes(
    of tensor: TensorDescription, range: Range<Int>
  ) throws(CheckpointError) -> [UInt8] {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= tensor.byteCount, "bytes outside the tensor")
    return try file(of: tensor).bytes(at: tensor.byteOffset + range.lowerBound, count: range.count)
  }

  private func file(of tensor: TensorDescription) throws(CheckpointError) -> OpenFile {
    guard let file = files[tensor.file] else { throw .notFound(path: tensor.file) }
    return file
  }
}

extension TensorStore {
  /// Opens every shard once and keeps those of its tensors that the index expects there.
  private init(shardsOf index: ShardIndex, folder: String) throws(CheckpointError) {
    var files: [String: OpenFile] = [:]
    var tensors: [TensorDescription] = []
    var metadata: [String: String] = [:]
    var unindexed: [String] = []
    for shard in index.shards {
      let path = FileSystem.join(folder, shard.file)
      if FileSystem.kind(of: path) == nil {
        throw .shardMissing(index: index.path, shard: shard.file)
      }
      let file = try OpenFile(path: path)
      let header = try SafetensorsHeader(reading: file)
      let expected = Set(shard.tensors)
      let present = Set(header.tensors.map(\.name))
      if let missing = shard.tensors.first(where: { !present.contains($0) }) {
        throw .tensorMissingInShard(
          tensor: missing, shard: path,
          nearest: NearestName.of(missing, in: header.tensors.lazy.map(\.name)))
      }
      tensors += header.tensors.filter { expected.contains($0.name) }
      unindexed += header.tensors.lazy.map(\.name).filter { !index.names.contains($0) }
      metadata.merge(header.metadata) { $1 }
      files[path] = file
    }
    self.init(
      path: folder, tensors: tensors, metadata: metadata, unindexed: unindexed.sorted(),
      files: files)
  }
}
