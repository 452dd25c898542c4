public import Documents

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
    let header = SafetensorsLayout(
      entries.map { ($0.name, $0.values.dataType, $0.shape, $0.values.byteCount) }, metadata
    ).header
    try AtomicFile.write(to: path) { (file) throws(OutputError) in
      try file.append([UInt64(header.count).littleEndian])
      try file.append(header)
      for entry in entries { try entry.values.append(to: file) }
    }
  }
}
