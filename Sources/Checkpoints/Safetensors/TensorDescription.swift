/// The name, type, shape and place of a stored tensor; its elements stay in the file.
public struct TensorDescription: Sendable, Equatable {
  /// The name in the file.
  public let name: String
  public let dataType: DataType
  /// Row-major, slowest dimension first; empty for a scalar.
  public let shape: [Int]
  /// The product of ``shape``.
  public let elementCount: Int
  /// The path of the file that holds the elements.
  public let file: String
  /// Where the elements begin, from the start of the file.
  public let byteOffset: Int
  public let byteCount: Int
}
