/// The header of a GGUF file of version 2 or 3: what it says about the model, and where its tensors lie.
///
///     "GGUF", version    4 + 4 bytes
///     counts             of tensors and of metadata, 8 bytes each
///     metadata           for each: a name, the number of a type, a value
///     tensors            for each: a name, the number of dimensions, the dimensions (fastest first), the
///                        number of a type, the offset from the beginning of the data
///     the data           from the next multiple of `general.alignment` on
///
/// A text is its length in 8 bytes and its bytes. All numbers are little-endian.
struct GGUFHeader: Sendable {
  static let magic = Array("GGUF".utf8)
  static let format = "GGUF"

  /// A tensor as the file describes it.
  struct Tensor: Sendable {
    let name: String
    let dataType: DataType
    let shape: TensorShape
    let byteOffset: Int
  }

  let metadata: [String: GGUFValue]
  let tensors: [Tensor]

  init(reading file: OpenFile) throws(CheckpointError) {
    var cursor = FileCursor(file, format: Self.format, range: 4..<max(4, file.size))
    try Self.checkVersion(&cursor, file: file.path)
    // Each tensor and each value take bytes, so the file bounds both counts.
    let tensorCount = try cursor.length("the number of tensors")
    let valueCount = try cursor.length("the number of metadata")
    var metadata: [String: GGUFValue] = [:]
    for _ in 0..<valueCount {
      let key = try cursor.text("a name of the metadata")
      metadata[key] = try GGUFValue(reading: &cursor, key: key)
    }
    var places: [Place] = []
    for _ in 0..<tensorCount { places.append(try Place(reading: &cursor, file: file.path)) }
    let alignment = metadata["general.alignment"]?.integer ?? 32
    guard (1...1 << 20).contains(alignment) else {
      throw cursor.damaged("'general.alignment' is \(alignment)")
    }
    let begin = (cursor.position + alignment - 1) / alignment * alignment
    self.metadata = metadata
    tensors = try Self.located(places, begin: begin, cursor: cursor)
  }

  private static func checkVersion(
    _ cursor: inout FileCursor, file: String
  ) throws(CheckpointError) {
    let version = try cursor.integer(UInt32.self, "the version")
    if (2...3).contains(version) { return }
    let found =
      version == 1
      ? "GGUF of version 1 is not read"
      : (2...3).contains(version.byteSwapped)
        ? "a GGUF file for big-endian machines is not read"
        : "GGUF of version \(version) is not read"
    throw .notRead(
      file: file, found: found,
      remedy: "convert the model again with llama.cpp's convert_hf_to_gguf.py")
  }

  /// The entry of a tensor before it is known where the data begin.
  private struct Place {
    let name: String
    let dataType: DataType
    let shape: TensorShape
    let offset: Int

    init(reading cursor: inout FileCursor, file: String) throws(CheckpointError) {
      name = try cursor.text("the name of a tensor")
      let rank = try cursor.integer(UInt32.self, "the dimensions of '\(name)'")
      if rank > 4 { throw cursor.damaged("tensor '\(name)' has \(rank) dimensions") }
      var dimensions: [Int] = []
      for _ in 0..<rank {
        let value = try cursor.integer(UInt64.self, "the dimensions of '\(name)'")
        guard let dimension = Int(exactly: value) else {
          throw cursor.damaged("tensor '\(name)' has a dimension of \(value)")
        }
        dimensions.insert(dimension, at: 0)
      }
      let number = try cursor.integer(UInt32.self, "the type of '\(name)'")
      guard let type = GGUFType.all[number] else {
        throw .notRead(
          file: file, found: "tensor '\(name)' is of ggml's type \(number), which is not read",
          remedy:
            "quantise the model again with a type that llama-quantize lists, or give it in F16")
      }
      dataType = type
      if let last = dimensions.last, last % type.block.elements != 0 {
        throw cursor.damaged(
          "rows of '\(name)' hold \(last) elements, which do not fill blocks of \(type.block.elements)"
        )
      }
      do {
        shape = try TensorShape(dimensions, of: type)
      } catch {
        throw cursor.damaged(
          "tensor '\(name)' of shape \(dimensions.asShape) is too large to count")
      }
      let value = try cursor.integer(UInt64.self, "the offset of '\(name)'")
      guard let offset = Int(exactly: value) else {
        throw cursor.damaged("tensor '\(name)' has the offset \(value)")
      }
      self.offset = offset
    }
  }

  /// The tensors, after a check that each lies inside the file, that none overlap, and that no name is there twice.
  private static func located(
    _ places: [Place], begin: Int, cursor: FileCursor
  ) throws(CheckpointError) -> [Tensor] {
    var names: Set<String> = []
    var previous = 0
    for place in places.sorted(by: { $0.offset < $1.offset }) {
      if !names.insert(place.name).inserted {
        throw cursor.damaged("two tensors have the name '\(place.name)'")
      }
      if place.offset < previous, place.shape.byteCount > 0 {
        throw cursor.damaged("tensor '\(place.name)' begins inside another")
      }
      let (end, overflow) = place.offset.addingReportingOverflow(place.shape.byteCount)
      if overflow || begin > cursor.end || end > cursor.end - begin {
        throw cursor.damaged(
          "tensor '\(place.name)' ends at byte \(end) of the data, of which "
            + "\(max(0, cursor.end - begin)) are there")
      }
      previous = max(previous, end)
    }
    return places.map {
      Tensor(
        name: $0.name, dataType: $0.dataType, shape: $0.shape, byteOffset: begin + $0.offset)
    }
  }
}

extension FileCursor {
  /// A text: its length in eight bytes, then its bytes.
  mutating func text(_ field: String) throws(CheckpointError) -> String {
    let count = try length("the length of \(field)")
    // ggml allows 63 bytes for a tensor and 65,535 for a key.
    if count > 65_535 { throw damaged("\(field) is \(count) bytes long") }
    return String(decoding: try bytes(count, field), as: UTF8.self)
  }
}
