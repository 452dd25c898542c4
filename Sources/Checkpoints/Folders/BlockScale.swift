/// The scales of a weight stored in 8-bit floats, one for each block: W = q · scale.
///
///     proj.weight             F8_E4M3   [E, R, C]                        leading dimensions optional
///     proj.weight_scale_inv   F32/BF16  [E, ceil(R / rows), ceil(C / columns)]
///
/// Blocks at the right and lower edges may be smaller. Despite the name "inverse", the number is the
/// factor itself. A scale for the whole weight is a tensor with one element.
package struct BlockScale: Sendable {
  /// The block size if `quantization_config` has no `weight_block_size`.
  static let defaultBlock = [128, 128]

  /// Rows and columns of a block.
  package let block: [Int]
  package let tensor: TensorDescription

  /// - Throws: ``CheckpointError/scaleMismatch(tensor:shape:block:scaleShape:file:)``
  init(
    _ scale: TensorDescription, of weight: TensorDescription, block: [Int]
  ) throws(CheckpointError) {
    tensor = scale
    let shape = weight.shape
    if scale.elementCount == 1 {
      self.block = [max(weight.rowCount, 1), max(shape.last ?? 1, 1)]
      return
    }
    self.block = block
    let blocks = shape.suffix(2).enumerated().map { ($1 + block[$0] - 1) / block[$0] }
    if shape.count < 2 || scale.shape != shape.dropLast(2) + blocks {
      throw .scaleMismatch(
        tensor: weight.name, shape: shape, block: block, scaleShape: scale.shape,
        file: weight.file)
    }
  }

  /// Multiplies rows of a weight by their scales.
  /// - Parameter values: The entries of `rows`, row-major; rows are counted over all leading dimensions.
  /// - Parameter scales: All elements of ``tensor``.
  func apply(
    _ scales: [Double], to values: UnsafeMutableBufferPointer<Double>, rows: Range<Int>,
    of shape: [Int]
  ) {
    let columns = shape.last ?? 1
    if scales.count == 1 {
      for i in values.indices { unsafe values[i] *= scales[0] }
      return
    }
    let matrixRows = shape[shape.count - 2]
    let blockRows = (matrixRows + block[0] - 1) / block[0]
    let blockColumns = (columns + block[1] - 1) / block[1]
    // `values` holds rows.count · columns elements.
    for (i, row) in rows.enumerated() {
      let (matrix, rowInMatrix) = row.quotientAndRemainder(dividingBy: matrixRows)
      let scaleRow = (matrix * blockRows + rowInMatrix / block[0]) * blockColumns
      for blockColumn in 0..<blockColumns {
        let scale = scales[scaleRow + blockColumn]
        let last = min((blockColumn + 1) * block[1], columns)
        for column in blockColumn * block[1]..<last {
          unsafe values[i * columns + column] *= scale
        }
      }
    }
  }
}

extension TensorDescription {
  /// The number of rows, counted over all leading dimensions; 1 for a vector.
  package var rowCount: Int { shape.dropLast().reduce(1, *) }

  /// The last dimension; 1 for a scalar.
  package var columnCount: Int { shape.last ?? 1 }
}
