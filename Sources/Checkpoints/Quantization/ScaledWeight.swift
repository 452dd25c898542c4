/// A weight of 8-bit floats or integers with scales, one for each block of rows and columns: W = (q − zero) · scale.
///
///     proj.weight             F8_E4M3, I8  [E, R, C]                        leading dimensions optional
///     proj.weight_scale_inv   F32, BF16    [E, ceil(R / rows), ceil(C / columns)]
///     proj.weight_scale       F32, …       [], [R], [R, 1], [R, groups] or as above
///     proj.weight_zero_point  I8           as the scales; optional
///
/// Blocks at the right and lower edges may be smaller. Despite the name "inverse", the number is the factor itself. A
/// scale for the whole weight is a tensor with one element. The product is rounded to single precision and then to
/// ``dataType``, as in transformers' `Fp8Dequantize` and compressed-tensors' `dequantize`.
struct ScaledWeight: QuantizedWeight {
  let dataType: DataType
  let shape: TensorShape
  /// Rows and columns of a block, and how many blocks a matrix has in each direction.
  let block: [Int]
  private let grid: [Int]
  private let codes: TensorDescription
  private let scales: TensorDescription
  private let zeros: TensorDescription?

  var name: String { codes.name }
  var decoding: String { "scaled \(block) \(dataType.rawValue)" }
  var parts: [TensorDescription] { [codes, scales] + (zeros.map { [$0] } ?? []) }

  /// - Parameter block: The size of blocks that the configuration names, if the scales are of blocks.
  /// - Throws: ``CheckpointError/scaleMismatch(tensor:shape:block:scaleShape:file:)``
  init(
    _ codes: TensorDescription, scales: TensorDescription, zeros: TensorDescription?,
    block size: [Int], as dataType: DataType, in model: StoredModel
  ) throws(CheckpointError) {
    self.codes = codes
    self.scales = scales
    self.zeros = zeros
    self.dataType = dataType
    shape = try model.shape(codes.shape, of: codes)
    guard let block = Self.block(of: codes.shape, scales: scales.shape, configured: size) else {
      throw .scaleMismatch(
        tensor: codes.name, shape: codes.shape, block: size, scaleShape: scales.shape,
        file: codes.file)
    }
    self.block = block
    grid = Self.grid(codes.shape, block)
  }

  /// The size of the blocks that have these scales; nil if there is none.
  private static func block(of shape: [Int], scales: [Int], configured: [Int]) -> [Int]? {
    let whole = [max(shape.dropLast().last ?? 1, 1), max(shape.last ?? 1, 1)]
    if scales.allSatisfy({ $0 == 1 }) && scales.count < 3 { return whole }
    guard shape.count >= 2 else { return nil }
    for block in [configured, whole] where scales == shape.dropLast(2) + grid(shape, block) {
      return block
    }
    let columns = whole[1]
    if scales == shape.dropLast() { return [1, columns] }
    guard scales.dropLast() == shape.dropLast(), let groups = scales.last, groups > 0,
      columns.isMultiple(of: groups)
    else { return nil }
    return [1, columns / groups]
  }

  private static func grid(_ shape: [Int], _ block: [Int]) -> [Int] {
    [shape.dropLast().last ?? 1, shape.last ?? 1].enumerated().map {
      $1 / block[$0] + ($1 % block[$0] == 0 ? 0 : 1)
    }
  }

  func read(
    rows: Range<Int>, columns: Range<Int>, from store: TensorStore,
    into values: UnsafeMutableBufferPointer<Double>
  ) throws(CheckpointError) {
    let width = shape.dimensions.last ?? 1
    try unsafe store.read(
      codes,
      lines: ElementLines(
        first: rows.lowerBound * width + columns.lowerBound, count: rows.count,
        length: columns.count, pitch: width),
      into: values)
    let isSingle = scales.elementCount == 1
    let matrixRows = max(shape.dimensions.dropLast().last ?? 1, 1)
    // The rows of scales that these rows of the weight have; with a single scale all have the one.
    let scaleRow = { (row: Int) in
      isSingle ? 0 : row / matrixRows * grid[0] + row % matrixRows / block[0]
    }
    let used = scaleRow(rows.lowerBound)..<scaleRow(rows.upperBound - 1) + 1
    let perRow = isSingle ? 1 : grid[1]
    let elements = used.lowerBound * perRow..<used.upperBound * perRow
    let factors = try store.doubles(of: scales, elements: elements)
    let offsets = try zeros.map { (zeros) throws(CheckpointError) in
      try store.doubles(of: zeros, elements: elements)
    }
    let blockWidth = isSingle ? max(width, 1) : block[1]
    for (i, row) in rows.enumerated() {
      let line = (scaleRow(row) - used.lowerBound) * perRow
      var column = columns.lowerBound
      while column < columns.upperBound {
        let end = min((column / blockWidth + 1) * blockWidth, columns.upperBound)
        let factor = factors[line + column / blockWidth]
        let offset = offsets?[line + column / blockWidth] ?? 0
        let start = i * columns.count - columns.lowerBound
        for place in start + column..<start + end {
          // In bounds, because the place is in row i of the block.
          unsafe values[place] = (values[place] - offset) * factor
        }
        column = end
      }
    }
    if dataType.isRoundable { unsafe dataType.round(values) }
  }
}
