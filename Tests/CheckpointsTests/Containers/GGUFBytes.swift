/// GGUF files built by hand.
struct GGUFBytes {
  enum Value {
    case text(String)
    case integer(UInt32)
    case texts([String])
  }

  struct Tensor {
    let name: String
    /// Fastest first, as in the file.
    let dimensions: [UInt64]
    let type: UInt32
    let bytes: [UInt8]

    init(_ name: String, _ dimensions: [UInt64], type: UInt32 = 0, _ bytes: [UInt8]) {
      self.name = name
      self.dimensions = dimensions
      self.type = type
      self.bytes = bytes
    }

    init(_ name: String, floats: [Float]) {
      self.init(name, [UInt64(floats.count)], floats.flatMap { $0.bitPattern.bytes })
    }
  }

  var version: UInt32 = 3
  var metadata: [(String, Value)] = []
  var tensors: [Tensor] = []
  /// Where a tensor is said to begin, if not behind the one before.
  var offsets: [Int: UInt64] = [:]

  var bytes: [UInt8] {
    var bytes = Array("GGUF".utf8) + version.bytes
    bytes += UInt64(tensors.count).bytes + UInt64(metadata.count).bytes
    for (key, value) in metadata {
      bytes += Self.text(key)
      switch value {
      case .text(let text): bytes += UInt32(8).bytes + Self.text(text)
      case .integer(let number): bytes += UInt32(4).bytes + number.bytes
      case .texts(let texts):
        bytes += UInt32(9).bytes + UInt32(8).bytes + UInt64(texts.count).bytes
        bytes += texts.flatMap(Self.text)
      }
    }
    var data: [UInt8] = []
    for (index, tensor) in tensors.enumerated() {
      bytes += Self.text(tensor.name) + UInt32(tensor.dimensions.count).bytes
      bytes += tensor.dimensions.flatMap(\.bytes) + tensor.type.bytes
      bytes += (offsets[index] ?? UInt64(data.count)).bytes
      data += tensor.bytes
      while data.count % 32 != 0 { data.append(0) }
    }
    while bytes.count % 32 != 0 { bytes.append(0) }
    return bytes + data
  }

  private static func text(_ text: String) -> [UInt8] {
    UInt64(text.utf8.count).bytes + Array(text.utf8)
  }
}
