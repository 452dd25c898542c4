public import Documents
import Foundation

/// Writes tensors of Float64 or Float32 to a safetensors file, which appears complete or not at all.
///
///     8 bytes            N, the length of the header, little-endian
///     N bytes            JSON, padded with spaces
///     the rest           the tensors, one after another
public enum SafetensorsWriter {
  /// A tensor to be written.
  public struct Entry: Sendable {
    public let name: String
    public let shape: [Int]
    public let values: Values

    /// - Precondition: The number of `values` is the product of `shape`.
    public init(name: String, shape: [Int], values: Values) {
      precondition(values.count == shape.reduce(1, *), "a tensor holds as many values as its shape")
      self.name = name
      self.shape = shape
      self.values = values
    }

    /// A tensor of Float64.
    public init(name: String, shape: [Int], values: [Double]) {
      self.init(name: name, shape: shape, values: .float64(values))
    }
  }

  /// Numbers in the precision in which they are stored.
  public enum Values: Sendable, Equatable {
    case float64([Double])
    case float32([Float])

    public var count: Int {
      switch self {
      case .float64(let values): values.count
      case .float32(let values): values.count
      }
    }

    public var dataType: DataType {
      switch self {
      case .float64: .float64
      case .float32: .float32
      }
    }

    fileprivate var byteCount: Int {
      count
        * (dataType == .float64 ? MemoryLayout<Double>.size : MemoryLayout<Float>.size)
    }

    fileprivate func append(to file: borrowing FileWriter) throws(OutputError) {
      switch self {
      case .float64(let values): try file.append(values)
      case .float32(let values): try file.append(values)
      }
    }
  }

  /// Writes a file, one tensor after another.
  /// - Throws: `OutputError.cannotWrite`; an existing file then stays unchanged.
  public static func write(
    _ entries: [Entry], metadata: [String: String] = [:], to path: String
  ) throws(OutputError) {
    let header = header(of: entries, metadata)
    try AtomicFile.write(to: path) { (file) throws(OutputError) in
      try file.append([UInt64(header.count).littleEndian])
      try file.append(header)
      for entry in entries { try entry.values.append(to: file) }
    }
  }

  /// The JSON of the header, padded so that the tensors start at a multiple of eight.
  private static func header(of entries: [Entry], _ metadata: [String: String]) -> [UInt8] {
    var members = [JSONValue.Member]()
    if !metadata.isEmpty {
      let values = metadata.sorted { isBefore($0.key, $1.key) }
        .map { JSONValue.Member(key: $0.key, value: .string($0.value)) }
      members.append(JSONValue.Member(key: "__metadata__", value: .object(values)))
    }
    var offset = 0
    for entry in entries {
      let end = offset + entry.values.byteCount
      members.append(
        JSONValue.Member(
          key: entry.name,
          value: .record([
            "data_offsets": .array([.integer(offset), .integer(end)]),
            "dtype": .string(entry.values.dataType.rawValue),
            "shape": .array(entry.shape.map(JSONValue.integer)),
          ])))
      offset = end
    }
    members.sort { isBefore($0.key, $1.key) }
    // Slashes occur only in strings, where JSON allows both spellings. Earlier versions wrote escaped slashes.
    let text = JSONValue.object(members).line.dropLast().replacing("/", with: "\\/")
    return Array(text.utf8) + repeatElement(UInt8(ascii: " "), count: (8 - text.utf8.count % 8) % 8)
  }

  /// The order of names in the header: layer 2 comes before layer 10.
  private static func isBefore(_ one: String, _ other: String) -> Bool {
    one.compare(
      other, options: [.numeric, .caseInsensitive, .forcedOrdering],
      range: nil, locale: Locale(identifier: "")) == .orderedAscending
  }
}
