/// A tensor of a model. It reads as the numbers that the model computes with: 8-bit weights are scaled.
public struct ModelWeight: Sendable {
  /// The tensor as it is stored.
  public let tensor: TensorDescription
  /// The scales of a weight stored in 8-bit floats; nil if there are none.
  package let scale: BlockScale?
  let store: TensorStore

  init(tensor: TensorDescription, scale: BlockScale?, store: TensorStore) {
    self.tensor = tensor
    self.scale = scale
    self.store = store
  }

  public var shape: [Int] { tensor.shape }
  /// Out features of a linear weight; all leading dimensions together for more than two.
  public var rows: Int { tensor.rowCount }
  /// In features of a linear weight; the length of a vector.
  public var columns: Int { tensor.columnCount }
  public var storageType: DataType { tensor.dataType }

  /// Reads whole rows, row-major.
  /// - Parameters:
  ///   - rows: Rows inside the weight.
  ///   - values: `rows.count` · ``columns`` places.
  public func read(
    rows: Range<Int>, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= self.rows, "rows outside the weight")
    let elements = rows.lowerBound * columns..<rows.upperBound * columns
    try unsafe store.read(tensor, elements: elements, into: values)
    if let scale {
      let scales = try store.doubles(
        of: scale.tensor, elements: 0..<scale.tensor.elementCount)
      unsafe scale.apply(scales, to: values, rows: rows, of: shape)
    }
  }

  /// All elements, row-major.
  public func doubles() throws(CheckpointError) -> [Double] { try doubles(rows: 0..<rows) }

  /// The elements of these rows, row-major.
  public func doubles(rows: Range<Int>) throws(CheckpointError) -> [Double] {
    try unsafe [Double](count: rows.count * columns) { (buffer) throws(CheckpointError) in
      try unsafe read(rows: rows, into: buffer)
    }
  }
}
