/// The name, type, shape and place of a stored tensor; its elements stay in the file.
public struct TensorDescription: Sendable, Equatable {
  /// The name in the file.
  public let name: String
  public let dataType: DataType
  private let checkedShape: TensorShape
  /// The path of the file that holds the elements.
  public let file: String
  /// Where the elements begin, from the start of the file.
  public let byteOffset: Int

  init(name: String, dataType: DataType, shape: TensorShape, file: String, byteOffset: Int) {
    self.name = name
    self.dataType = dataType
    checkedShape = shape
    self.file = file
    self.byteOffset = byteOffset
  }

  /// Row-major, slowest dimension first; empty for a scalar. No product of the dimensions overflows.
  public var shape: [Int] { checkedShape.dimensions }
  /// The product of ``shape``.
  public var elementCount: Int { checkedShape.elementCount }
  public var byteCount: Int { checkedShape.byteCount }
}
