import Documents
import Foundation

/// Writes tensors of Float64 or Float32 into a safetensors file, whole or not at all.
///
///     8 bytes, little-endian: N · N bytes of JSON, padded with spaces · the tensors, one after another
public enum SafetensorsWriter {
  /// A tensor to be written.
  public struct Entry: Sendable {
    public let name: String
    public let shape: [Int]
    public let values: Values

    /// - Precondition: `values` holds as many numbers as `shape` says.
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

    fileprivate func append(to data: inout Data) {
      switch self {
      case .float64(let values):
        unsafe values.withUnsafeBytes { unsafe data.append(contentsOf: $0) }
      case .float32(let values):
        unsafe values.withUnsafeBytes { unsafe data.append(contentsOf: $0) }
      }
    }
  }

  /// Writes a file under a temporary name beside its own and renames it.
  /// - Throws: What the file system says; nothing is left under the final name then.
  public static func write(
    _ entries: [Entry], metadata: [String: String] = [:], to path: String
  ) throws {
    var header = [String: Any]()
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    var offset = 0
    for entry in entries {
      let end = offset + entry.values.byteCount
      header[entry.name] = [
        "dtype": entry.values.dataType.rawValue, "shape": entry.shape,
        "data_offsets": [offset, end],
      ]
      offset = end
    }
    var json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys])
    // Padding lets the tensors start at a multiple of eight.
    json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
    var data = Data(capacity: 8 + json.count + offset)
    unsafe withUnsafeBytes(of: UInt64(json.count).littleEndian) {
      unsafe data.append(contentsOf: $0)
    }
    data.append(json)
    for entry in entries { entry.values.append(to: &data) }
    try data.write(to: URL(fileURLWithPath: path), options: .atomic)
  }
}
