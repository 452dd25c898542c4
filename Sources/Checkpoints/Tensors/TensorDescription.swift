/// The name, type, shape and place of a stored tensor; its elements stay in the file.
public struct TensorDescription: Sendable, Equatable {
  /// The name in the file; in a GGUF file, the name that the model's library gives the tensor.
  public let name: String
  public let dataType: DataType
  private let checkedShape: TensorShape
  /// The path of the file that holds the elements.
  public let file: String
  /// Where the elements begin, from the start of the file.
  public let byteOffset: Int
  /// The order in which the elements are stored.
  let layout: StoredLayout
  /// Added to every element after it is read, in single precision; 0 for nearly all.
  let shift: Float

  init(
    name: String, dataType: DataType, shape: TensorShape, file: String, byteOffset: Int,
    layout: StoredLayout = .rowMajor, shift: Float = 0
  ) {
    self.name = name
    self.dataType = dataType
    checkedShape = shape
    self.file = file
    self.byteOffset = byteOffset
    self.layout = layout
    self.shift = shift
  }

  /// The same tensor, its elements stored in this order.
  func stored(_ layout: StoredLayout) -> TensorDescription {
    TensorDescription(
      name: name, dataType: dataType, shape: checkedShape, file: file, byteOffset: byteOffset,
      layout: layout, shift: shift)
  }

  /// Row-major, slowest dimension first; empty for a scalar. No product of the dimensions overflows.
  public var shape: [Int] { checkedShape.dimensions }
  /// The product of ``shape``.
  public var elementCount: Int { checkedShape.elementCount }
  /// How many bytes the elements take.
  public var byteCount: Int { checkedShape.byteCount }

  /// The number of rows, counted over all leading dimensions; 1 for a vector.
  package var rowCount: Int { shape.dropLast().reduce(1, *) }
  /// The last dimension; 1 for a scalar.
  package var columnCount: Int { shape.last ?? 1 }

  /// Whether the bytes in the file, in their order, are those of the elements.
  package var isStoredInOrder: Bool { layout == .rowMajor && shift == 0 }
}
