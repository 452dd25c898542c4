/// Safetensors files written by hand; each test says what is wrong with them.
enum HandWrittenTensors {
  /// The length of the header, the header, the data.
  static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
    file(headerLength: UInt64(header.utf8.count), header, data: data)
  }

  /// A file that states a wrong length of its header.
  static func file(headerLength: UInt64, _ header: String, data: [UInt8] = []) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: headerLength >> ($0 * 8)) } + Array(header.utf8) + data
  }

  /// One entry of a header.
  static func entry(
    _ name: String, type: String = "F32", shape: [Int], from begin: Int, to end: Int
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
  }

  /// A well-formed file of F32 tensors.
  static func file(_ tensors: [(name: String, shape: [Int], value: Float)]) -> [UInt8] {
    var entries = [String]()
    var data = [UInt8]()
    for tensor in tensors {
      let count = tensor.shape.reduce(1, *)
      entries.append(
        entry(tensor.name, shape: tensor.shape, from: data.count, to: data.count + 4 * count))
      let pattern = tensor.value.bitPattern
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: pattern >> ($0 * 8)) }
      for _ in 0..<count { data += bytes }
    }
    return file("{\(entries.joined(separator: ","))}", data: data)
  }
}
