import Documents

/// The header of a safetensors file, validated.
///
///     8 bytes            N, the length of the header, little-endian
///     N bytes            {"name": {"dtype": "BF16", "shape": [64, 32], "data_offsets": [0, 4096]},
///                         "__metadata__": {"format": "pt"}}   padded with spaces
///     the rest           the elements, row-major, little-endian; offsets count from here
///
/// Files are untrusted, so everything is checked, in this order: the length fits the file; the text is
/// JSON without repeated keys; each entry has the three fields, its offsets are not reversed, and its
/// shape and data type need exactly as many bytes; all tensors together, sorted by offset, cover the
/// rest of the file without gaps or overlaps.
public struct SafetensorsHeader: Sendable, Equatable {
  /// The longest header the format allows.
  public static let sizeLimit = 100_000_000

  /// Sorted by offset.
  public let tensors: [TensorDescription]
  public let metadata: [String: String]

  /// Reads and validates the header of the file at this path.
  /// - Throws: ``CheckpointError/notFound(path:)``, ``CheckpointError/isFolder(path:)``,
  ///   ``CheckpointError/unreadable(path:reason:)``,
  ///   ``CheckpointError/changedWhileReading(file:)``; ``CheckpointError/textForWeights(file:)``,
  ///   ``CheckpointError/archiveForWeights(file:)``, ``CheckpointError/pointerForWeights(file:)``
  ///   for files that are often given in place of weights;
  ///   ``CheckpointError/fileTooShort(file:bytes:)``, ``CheckpointError/emptyHeader(file:)``,
  ///   ``CheckpointError/headerTooLarge(file:declared:limit:)``,
  ///   ``CheckpointError/headerTruncated(file:declared:available:)`` for the length;
  ///   ``CheckpointError/headerNotAnObject(file:found:)``,
  ///   ``CheckpointError/headerPaddedWithNUL(file:offset:)``,
  ///   ``CheckpointError/invalidJSON(file:offset:fault:)`` for the text;
  ///   ``CheckpointError/malformedMetadata(file:key:found:)``,
  ///   ``CheckpointError/malformedEntry(file:tensor:field:expected:)``,
  ///   ``CheckpointError/unknownDataType(file:tensor:name:)``,
  ///   ``CheckpointError/reversedOffsets(file:tensor:begin:end:)``,
  ///   ``CheckpointError/shapeOverflow(file:tensor:shape:)``,
  ///   ``CheckpointError/emptyTensorTooLarge(file:tensor:shape:limit:)``,
  ///   ``CheckpointError/partialByte(file:tensor:dataType:shape:)``,
  ///   ``CheckpointError/sizeMismatch(file:tensor:dataType:shape:expected:found:)`` for the
  ///   entries; ``CheckpointError/overlappingTensors(file:tensor:begin:previousEnd:)``,
  ///   ``CheckpointError/gapBeforeTensor(file:tensor:begin:previousEnd:)``,
  ///   ``CheckpointError/dataTruncated(file:expected:found:)``,
  ///   ``CheckpointError/trailingBytes(file:expected:found:)`` for all tensors together.
  /// - Complexity: O(length of the header); the elements are not read.
  public init(file path: String) throws(CheckpointError) {
    try self.init(reading: OpenFile(path: path))
  }

  init(reading file: OpenFile) throws(CheckpointError) {
    if file.size < 8 { throw .fileTooShort(file: file.path, bytes: file.size) }
    let declared = try file.bytes(at: 0, count: 8).reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    if declared == 0 { throw .emptyHeader(file: file.path) }
    if try !SafetensorsContainer.recognises(file), let fault = try ForeignFile.fault(of: file) {
      throw fault
    }
    if declared > UInt64(Self.sizeLimit) {
      throw .headerTooLarge(file: file.path, declared: declared, limit: Self.sizeLimit)
    }
    let length = Int(declared)
    if length > file.size - 8 {
      throw .headerTruncated(file: file.path, declared: length, available: file.size - 8)
    }
    let bytes = try file.bytes(at: 8, count: length)
    let entries = try Self.entries(of: bytes, file: file.path)
    var metadata: [String: String] = [:]
    var tensors: [TensorDescription] = []
    tensors.reserveCapacity(entries.count)
    for entry in entries {
      if entry.key == "__metadata__" {
        metadata = try Self.metadata(entry.value, file: file.path)
      } else {
        tensors.append(
          try TensorDescription(
            name: entry.key, entry: entry.value, file: file.path, dataBegin: 8 + length))
      }
    }
    tensors.sort { ($0.byteOffset, $0.byteCount) < ($1.byteOffset, $1.byteCount) }
    try Self.checkCover(tensors, dataBegin: 8 + length, fileSize: file.size, file: file.path)
    self.tensors = tensors
    self.metadata = metadata
  }

  private static func entries(
    of bytes: [UInt8], file: String
  ) throws(CheckpointError) -> [JSONValue.Member] {
    if bytes[0] != UInt8(ascii: "{") { throw .headerNotAnObject(file: file, found: bytes[0]) }
    // Some writers pad with NUL bytes instead of spaces; this gets its own message.
    if bytes[bytes.count - 1] == 0 {
      let end = bytes.lastIndex { $0 != 0 } ?? 0
      throw .headerPaddedWithNUL(file: file, offset: 8 + end + 1)
    }
    do {
      return try JSONValue(parsing: bytes, of: file).members
    } catch .invalidJSON(let file, let offset, let fault) {
      throw .invalidJSON(file: file, offset: 8 + offset, fault: fault)
    }
  }

  private static func metadata(
    _ value: JSONValue, file: String
  ) throws(CheckpointError) -> [String: String] {
    guard case .object(let members) = value else {
      throw .malformedMetadata(file: file, key: "__metadata__", found: value.kind)
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.string else {
        throw .malformedMetadata(file: file, key: member.key, found: member.value.kind)
      }
      metadata[member.key] = text
    }
    return metadata
  }

  /// Each tensor begins where the one before it ends, and the last ends with the file.
  private static func checkCover(
    _ tensors: [TensorDescription], dataBegin: Int, fileSize: Int, file: String
  ) throws(CheckpointError) {
    var end = 0
    for tensor in tensors {
      let begin = tensor.byteOffset - dataBegin
      if begin < end {
        throw .overlappingTensors(file: file, tensor: tensor.name, begin: begin, previousEnd: end)
      }
      if begin > end {
        throw .gapBeforeTensor(file: file, tensor: tensor.name, begin: begin, previousEnd: end)
      }
      end += tensor.byteCount
    }
    let available = fileSize - dataBegin
    if end > available { throw .dataTruncated(file: file, expected: end, found: available) }
    if end < available { throw .trailingBytes(file: file, expected: end, found: available) }
  }
}

extension TensorDescription {
  /// Reads one entry of a header; unknown fields are ignored.
  fileprivate init(
    name: String, entry: JSONValue, file: String, dataBegin: Int
  ) throws(CheckpointError) {
    guard let typeName = entry["dtype"]?.string else {
      throw .malformedEntry(file: file, tensor: name, field: "dtype", expected: "a string")
    }
    guard let dataType = DataType(rawValue: typeName), !dataType.isOfBlocks else {
      throw .unknownDataType(file: file, tensor: name, name: typeName)
    }
    guard let shape = entry["shape"]?.naturalNumbers else {
      throw .malformedEntry(
        file: file, tensor: name, field: "shape", expected: "an array of integers from 0")
    }
    guard let offsets = entry["data_offsets"]?.naturalNumbers, offsets.count == 2 else {
      throw .malformedEntry(
        file: file, tensor: name, field: "data_offsets", expected: "two integers from 0")
    }
    let (begin, end) = (offsets[0], offsets[1])
    if end < begin { throw .reversedOffsets(file: file, tensor: name, begin: begin, end: end) }
    let checked = try Self.checked(shape, dataType, name: name, file: file)
    let expected = checked.byteCount
    if expected != end - begin {
      throw .sizeMismatch(
        file: file, tensor: name, dataType: dataType, shape: shape, expected: expected,
        found: end - begin)
    }
    let (position, overflow) = dataBegin.addingReportingOverflow(begin)
    if overflow || position.addingReportingOverflow(expected).overflow {
      throw .malformedEntry(
        file: file, tensor: name, field: "data_offsets", expected: "a place inside the file")
    }
    self.init(
      name: name, dataType: dataType, shape: checked, file: file, byteOffset: position)
  }

  private static func checked(
    _ shape: [Int], _ dataType: DataType, name: String, file: String
  ) throws(CheckpointError) -> TensorShape {
    do {
      return try TensorShape(shape, of: dataType)
    } catch {
      switch error {
      case .overflow: throw .shapeOverflow(file: file, tensor: name, shape: shape)
      case .emptyButLarge:
        throw .emptyTensorTooLarge(
          file: file, tensor: name, shape: shape, limit: TensorShape.emptyLimit)
      case .partialByte:
        throw .partialByte(file: file, tensor: name, dataType: dataType, shape: shape)
      }
    }
  }
}

extension JSONValue {
  /// The integers of an array; nil if it contains anything else or a negative number. `-0` is refused
  /// too, as in the library of the format.
  fileprivate var naturalNumbers: [Int]? {
    guard let array else { return nil }
    var numbers: [Int] = []
    numbers.reserveCapacity(array.count)
    for value in array {
      guard case .number(_, let literal) = value, !literal.hasPrefix("-"), let number = Int(literal)
      else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}
