/// A weight of a model. It reads as the numbers that the model computes with, however it is stored: quantised weights
/// are dequantised, a block at a time.
public struct ModelWeight: Sendable {
  /// How a weight is stored.
  enum Storage: Sendable {
    case tensor(TensorDescription)
    case quantized(any QuantizedWeight)
  }

  let storage: Storage
  let store: TensorStore

  init(_ storage: Storage, store: TensorStore) {
    self.storage = storage
    self.store = store
  }

  /// A tensor that is stored as it is.
  package init(_ tensor: TensorDescription, in store: TensorStore) {
    self.init(.tensor(tensor), store: store)
  }

  /// The name that the weight has in an unquantised model.
  public var name: String {
    switch storage {
    case .tensor(let tensor): tensor.name
    case .quantized(let weight): weight.name
    }
  }

  /// The file that holds the weight; of a quantised weight, the one with its packed numbers.
  public var file: String {
    switch storage {
    case .tensor(let tensor): tensor.file
    case .quantized(let weight): weight.parts[0].file
    }
  }

  /// Row-major, slowest dimension first; empty for a scalar.
  public var shape: [Int] {
    switch storage {
    case .tensor(let tensor): tensor.shape
    case .quantized(let weight): weight.shape.dimensions
    }
  }

  /// The type of the numbers. That of a quantised weight is the type in which it is dequantised, and in which a weight
  /// that an update was merged into is saved.
  public var storageType: DataType {
    switch storage {
    case .tensor(let tensor): tensor.dataType
    case .quantized(let weight): weight.dataType
    }
  }

  /// The stored tensors that the weight is made of; several for a quantised weight.
  public var parts: [TensorDescription] {
    switch storage {
    case .tensor(let tensor): [tensor]
    case .quantized(let weight): weight.parts
    }
  }

  /// Out features of a linear weight; all leading dimensions together for more than two.
  public var rows: Int { shape.dropLast().reduce(1, *) }
  /// In features of a linear weight; the length of a vector.
  public var columns: Int { shape.last ?? 1 }

  /// Reads whole rows, row-major.
  /// - Parameters:
  ///   - rows: Rows inside the weight.
  ///   - values: `rows.count` · ``columns`` places.
  /// - Throws: As ``TensorStore/read(_:elements:into:)``;
  ///   ``CheckpointError/quantizedTensor(tensor:fault:file:)`` for a quantised weight with a part
  ///   that does not fit the others.
  public func read(
    rows: Range<Int>, into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= self.rows, "rows outside the weight")
    precondition(values.count == rows.count * columns, "a buffer for another number of elements")
    switch storage {
    case .tensor(let tensor):
      let elements = rows.lowerBound * columns..<rows.upperBound * columns
      try unsafe store.read(tensor, elements: elements, into: values)
    case .quantized(let weight):
      if values.isEmpty { return }
      try unsafe weight.read(rows: rows, columns: 0..<columns, from: store, into: values)
    }
  }

  /// All elements, row-major.
  /// - Throws: As ``read(rows:into:)``.
  public func doubles() throws(CheckpointError) -> [Double] { try doubles(rows: 0..<rows) }

  /// The elements of these rows, row-major.
  /// - Throws: As ``read(rows:into:)``.
  public func doubles(rows: Range<Int>) throws(CheckpointError) -> [Double] {
    try unsafe [Double](count: rows.count * columns) { (buffer) throws(CheckpointError) in
      try unsafe read(rows: rows, into: buffer)
    }
  }
}
