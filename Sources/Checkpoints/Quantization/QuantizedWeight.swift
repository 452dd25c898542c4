/// A weight that is stored as integers or narrow floats with scales, in one or several tensors. It reads as the numbers
/// that the library of its scheme computes with.
protocol QuantizedWeight: Sendable {
  /// The name of the weight in the model, as an unquantised model has it: `model.layers.0.mlp.up_proj.weight`.
  var name: String { get }
  /// The shape that the model computes with; a linear weight is out × in.
  var shape: TensorShape { get }
  /// The type of the numbers: that in which the library dequantises the weight.
  var dataType: DataType { get }
  /// The stored tensors, all in the order of their elements.
  var parts: [TensorDescription] { get }

  /// The scheme, and all that the numbers depend on beside the parts: for the hash, so that a cache takes no weight for
  /// another of the same bytes.
  var decoding: String { get }

  /// Reads a block of the weight.
  /// - Parameters:
  ///   - rows: Inside the weight, counted over all leading dimensions.
  ///   - columns: Inside the weight.
  ///   - values: Row-major, a place for each element of the block, of which there is at least one.
  func read(
    rows: Range<Int>, columns: Range<Int>, from store: TensorStore,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError)
}

extension QuantizedWeight {
  /// Adds what these rows are made of to a hash: the bytes of all parts, of stacked matrices only those of their own.
  func add(rows: Range<Int>, of store: TensorStore, to hash: ContentHasher) throws(CheckpointError)
  {
    let dimensions = shape.dimensions
    hash.update(text: "\(decoding) \(rows) of \(dimensions)")
    for part in parts {
      var elements = 0..<part.elementCount
      if dimensions.count == 3, part.shape.first == dimensions[0], !rows.isEmpty {
        let size = part.elementCount / dimensions[0]
        let last = (rows.upperBound - 1) / dimensions[1]
        elements = rows.lowerBound / dimensions[1] * size..<(last + 1) * size
      }
      try store.add(part, elements: elements, to: hash)
    }
  }
}

/// A scheme by which weights are quantised.
protocol QuantizationScheme: Sendable {
  /// The weights of a model that are stored by this scheme, checked.
  /// - Throws: ``CheckpointError/quantizedTensor(tensor:fault:file:)`` and other errors if parts are missing or do not
  ///   fit together.
  static func weights(of model: StoredModel) throws(CheckpointError) -> [any QuantizedWeight]
}
