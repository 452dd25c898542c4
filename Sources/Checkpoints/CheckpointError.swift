public import Documents

/// What can be wrong with the files of a model, an adapter or a run. Each case carries the facts;
/// `description` states in one line what is wrong, where, and what to do.
public enum CheckpointError: BadInput, Equatable, Sendable {

  // MARK: The file system

  /// Nothing is at this path.
  case notFound(path: String)
  /// A folder is at this path, where a file was expected.
  case isFolder(path: String)
  /// The system refused to open, list or read; `reason` is its message.
  case unreadable(path: String, reason: String)
  /// The name in the folder is not UTF-8; `path` shows it with marks in place of the faulty bytes.
  case nameNotUTF8(path: String)
  /// The file was rewritten after it was opened.
  case changedWhileReading(file: String)

  // MARK: JSON

  case invalidJSON(file: String, offset: Int, fault: JSONFault)
  /// A value in a JSON file is not of the expected kind.
  case unexpectedValue(file: String, key: String, expected: String, found: String)

  // MARK: The header of a safetensors file

  /// The file is shorter than the eight bytes that hold the length of the header.
  case fileTooShort(file: String, bytes: Int)
  case emptyHeader(file: String)
  case headerTooLarge(file: String, declared: UInt64, limit: Int)
  /// A file of text, such as `config.json`, stands where weights are expected.
  case textForWeights(file: String)
  /// An archive that nobody unpacked stands where weights are expected.
  case archiveForWeights(file: String)
  /// The file is the pointer that Git leaves where the weights were not fetched from Git LFS.
  case pointerForWeights(file: String)
  /// The header says `declared` bytes; the file holds `available` after its first eight.
  case headerTruncated(file: String, declared: Int, available: Int)
  /// The first byte of the header is not `{`.
  case headerNotAnObject(file: String, found: UInt8)
  /// NUL bytes follow the header where spaces belong.
  case headerPaddedWithNUL(file: String, offset: Int)
  /// A field of a tensor's entry is missing or does not follow the format.
  case malformedEntry(file: String, tensor: String, field: String, expected: String)
  case malformedMetadata(file: String, key: String, found: String)
  case unknownDataType(file: String, tensor: String, name: String)
  /// The number of elements, or of their bits, does not fit into 63 bits.
  case shapeOverflow(file: String, tensor: String, shape: [Int])
  /// The tensor has no elements, yet its other dimensions together exceed `limit`.
  case emptyTensorTooLarge(file: String, tensor: String, shape: [Int], limit: Int)
  /// The elements do not fill whole bytes.
  case partialByte(file: String, tensor: String, dataType: DataType, shape: [Int])
  case sizeMismatch(
    file: String, tensor: String, dataType: DataType, shape: [Int], expected: Int, found: Int)
  case reversedOffsets(file: String, tensor: String, begin: Int, end: Int)
  /// The tensor begins before the previous one ends.
  case overlappingTensors(file: String, tensor: String, begin: Int, previousEnd: Int)
  /// The tensor begins after the previous one ends.
  case gapBeforeTensor(file: String, tensor: String, begin: Int, previousEnd: Int)
  /// The tensors need `expected` bytes after the header; the file holds `found`.
  case dataTruncated(file: String, expected: Int, found: Int)
  case trailingBytes(file: String, expected: Int, found: Int)

  // MARK: Other containers

  /// A file of another format (GGUF, PyTorch, NumPy) does not follow it; `fault` says where and how.
  case damaged(file: String, format: String, fault: String)
  /// The file holds something that is not read; `remedy` says what to do.
  case notRead(file: String, found: String, remedy: String)
  /// The pickle of a PyTorch file holds an object that is not made of tensors and plain values.
  case foreignObject(file: String, name: String)
  /// The file holds no mapping from names to tensors; `found` is what it holds.
  case noNamedTensors(file: String, found: String)
  /// Several mappings of the file hold tensors.
  case severalTensorMaps(file: String, keys: [String])

  // MARK: Shards and names

  /// Of shards that are numbered by their names, one is not there.
  case numberedShardMissing(folder: String, shard: String)
  /// The name of a shard is not a plain file name.
  case shardNameNotBare(index: String, shard: String)
  case shardMissing(index: String, shard: String)
  /// The index names a shard for this tensor, but the shard does not contain it.
  case tensorMissingInShard(tensor: String, shard: String, nearest: String?)
  /// No tensor has this name; `nearest` is the closest one present.
  case tensorNotFound(name: String, place: String, nearest: String?)
  /// The elements cannot be read as numbers.
  case notDecodable(tensor: String, dataType: DataType, file: String)
  /// A weight to train from holds NaN or infinity.
  case notFinite(tensor: String, file: String)

  // MARK: Folders

  /// None of these files is in the folder.
  case nothingReadable(path: String, lookedFor: [String])
  /// A model is wanted, and an adapter is here.
  case isAdapter(path: String, base: String?)
  /// A model is wanted, and a run is here. `checkpoint` is its last one, if that is a model; else `base` is that of the
  /// adapter which it trained, as far as it is named.
  case isRun(path: String, checkpoint: String?, base: String?)
  case configurationMissing(folder: String, file: String)
  /// The file holds the state of a model that PEFT has wrapped: weights and adapter in one; `tensor` is one of its names.
  case wrappedByPEFT(path: String, file: String, tensor: String)
  /// The weights are in a format that is not read.
  case unreadableFormat(path: String, format: ForeignFormat)
  /// The weights are quantised by a method that cannot be decoded here.
  case quantized(path: String, method: String)
  /// The scales of a block-quantised weight do not fit it.
  case scaleMismatch(tensor: String, shape: [Int], block: [Int], scaleShape: [Int], file: String)
  case scaleMissing(tensor: String, file: String)
  /// A part of a quantised weight is missing or does not fit the others.
  case quantizedTensor(tensor: String, fault: String, file: String)
  /// Two tensors of an adapter have the same name once the adapter's name is removed.
  case ambiguousAdapterKeys(file: String, first: String, second: String)
  /// The folder contains no adapter itself, but several in its subfolders.
  case severalAdapters(path: String, names: [String])
  /// None of the checkpoints of a run can be read; `reason` is that of the last one.
  case noReadableCheckpoint(path: String, count: Int, reason: String)
  /// No model of this name is on this machine.
  case modelNotFound(name: String, tried: [String])
}
