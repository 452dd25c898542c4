import Documents
import Foundation

/// Where the tensors of a safetensors file lie, one after another, and the header that says so.
struct SafetensorsLayout {
  /// The JSON of the header, padded so that the tensors start at a multiple of eight.
  let header: [UInt8]
  /// Where each tensor begins, from the start of the file, in the order of the tensors.
  let offsets: [Int]
  /// How long the file is.
  let byteCount: Int

  /// - Parameters:
  ///   - tensors: In the order of their data.
  ///   - metadata: Strings for readers.
  init(
    _ tensors: [(name: String, type: DataType, shape: [Int], byteCount: Int)],
    _ metadata: [String: String]
  ) {
    var members = [JSONValue.Member]()
    if !metadata.isEmpty {
      let values = metadata.sorted { Self.isBefore($0.key, $1.key) }
        .map { JSONValue.Member(key: $0.key, value: .string($0.value)) }
      members.append(JSONValue.Member(key: "__metadata__", value: .object(values)))
    }
    var starts = [Int]()
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.byteCount
      members.append(
        JSONValue.Member(
          key: tensor.name,
          value: .record([
            "data_offsets": .array([.integer(offset), .integer(end)]),
            "dtype": .string(tensor.type.rawValue),
            "shape": .array(tensor.shape.map(JSONValue.integer)),
          ])))
      starts.append(offset)
      offset = end
    }
    members.sort { Self.isBefore($0.key, $1.key) }
    // Slashes occur only in strings, where JSON allows both spellings. Earlier versions wrote escaped slashes.
    let text = JSONValue.object(members).line.dropLast().replacing("/", with: "\\/")
    let header =
      Array(text.utf8) + repeatElement(UInt8(ascii: " "), count: (8 - text.utf8.count % 8) % 8)
    self.header = header
    let data = MemoryLayout<UInt64>.size + header.count
    offsets = starts.map { data + $0 }
    byteCount = data + offset
  }

  /// The order of names in the header: layer 2 comes before layer 10.
  private static func isBefore(_ one: String, _ other: String) -> Bool {
    one.compare(
      other, options: [.numeric, .caseInsensitive, .forcedOrdering],
      range: nil, locale: Locale(identifier: "")) == .orderedAscending
  }
}
