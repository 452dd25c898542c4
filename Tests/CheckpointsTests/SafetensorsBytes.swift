/// Safetensors files built by hand, so that the tests of the reader do not depend on our writer.
enum SafetensorsBytes {
  struct Tensor {
    let name: String
    let dataType: String
    let shape: [Int]
    let bytes: [UInt8]

    init(_ name: String, _ dataType: String, _ shape: [Int], _ bytes: [UInt8]) {
      self.name = name
      self.dataType = dataType
      self.shape = shape
      self.bytes = bytes
    }

    init(_ name: String, _ shape: [Int], floats: [Float]) {
      self.init(name, "F32", shape, floats.flatMap { $0.bitPattern.bytes })
    }

    init(_ name: String, _ shape: [Int], filledWith value: Float = 0) {
      self.init(
        name, shape, floats: [Float](repeating: value, count: shape.reduce(1, *)))
    }
  }

  /// A file with this text as header, its length before it and these bytes after it.
  static func file(header: String, data: [UInt8] = []) -> [UInt8] {
    file(header: Array(header.utf8), data: data)
  }

  static func file(header: [UInt8], data: [UInt8] = []) -> [UInt8] {
    UInt64(header.count).bytes + header + data
  }

  /// A well-formed file of these tensors, in this order.
  static func file(_ tensors: [Tensor], metadata: [String: String]? = nil) -> [UInt8] {
    var fields: [String] = []
    var data: [UInt8] = []
    if let metadata {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
      fields.append("\"__metadata__\":{" + pairs.joined(separator: ",") + "}")
    }
    for tensor in tensors {
      let end = data.count + tensor.bytes.count
      fields.append(
        "\"\(tensor.name)\":{\"dtype\":\"\(tensor.dataType)\",\"shape\":\(tensor.shape),"
          + "\"data_offsets\":[\(data.count),\(end)]}")
      data += tensor.bytes
    }
    return file(header: "{" + fields.joined(separator: ",") + "}", data: data)
  }
}

extension FixedWidthInteger {
  /// Little-endian.
  var bytes: [UInt8] { (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}
