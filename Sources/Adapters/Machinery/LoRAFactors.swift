import LinearAlgebra

/// The product s·BA in the layout of the base, as two factors.
///
/// | tensors | shape | base W | left · right |
/// | --- | --- | --- | --- |
/// | `lora_A.weight`, `lora_B.weight` | r × in, out × r | out × in | sB · A |
/// | the same, base stored the other way | | in × out | Aᵀ · (sB)ᵀ |
/// | the same of a convolution | r × in × k…, out × r × 1… | out × (in·k…) | sB · A, flattened |
/// | `lora_embedding_A`, `lora_embedding_B` | r × V, D × r | V × D | Aᵀ · (sB)ᵀ |
struct LoRAFactors {
  /// rows × r, scaled.
  let left: Matrix
  /// r × columns.
  let right: Matrix
  let scale: Double
  let rank: Int
  /// Whether an output feature is a column of the base, not a row.
  let hasOutputsInColumns: Bool

  static let names = ["lora_A.weight", "lora_B.weight", "lora_embedding_A", "lora_embedding_B"]

  init(_ reader: ParameterReader, settings: ModuleSettings) throws(AdapterError) {
    let isEmbedding = reader.tensors["lora_embedding_A"] != nil
    let down =
      isEmbedding
      ? try reader.matrix("lora_embedding_A", rows: nil, columns: nil)
      : try Self.flattened(reader.tensor("lora_A.weight"), "lora_A.weight", settings.module)
    rank = down.rows
    if rank == 0 { throw .zeroRank(module: settings.module) }
    let up =
      isEmbedding
      ? try reader.matrix("lora_embedding_B", rows: nil, columns: rank)
      : try Self.flattened(reader.tensor("lora_B.weight"), "lora_B.weight", settings.module)
    guard up.columns == rank else {
      throw .parameterShape(
        module: settings.module, parameter: "lora_B.weight", found: [up.rows, up.columns],
        expected: [nil, rank])
    }
    scale = try settings.scale(rank: rank)
    let scaledUp = scale * up
    hasOutputsInColumns = isEmbedding || settings.layout == .inByOut
    left = hasOutputsInColumns ? down.transposed() : scaledUp
    right = hasOutputsInColumns ? scaledUp.transposed() : down
  }

  /// How many output features the module has.
  var outputs: Int { hasOutputsInColumns ? right.columns : left.rows }

  /// s(BA − B₀A₀), of rank 2r if there is a start.
  func update(of base: any BaseWeight, settings: ModuleSettings) throws -> WeightUpdate {
    guard let start = settings.start else { return .product(left, right) }
    let initial = try start.product(of: base, rank: rank, scale: scale, settings: settings)
    return .product(
      .stackedColumns([left, -1 * initial.left]), .stackedRows([right, initial.right]))
  }

  var shape: MatrixShape { MatrixShape(rows: left.rows, columns: right.columns) }

  /// The first dimension by all others; an empty one keeps the size of the others.
  private static func flattened(
    _ tensor: Tensor, _ name: String, _ module: String
  ) throws(AdapterError) -> Matrix {
    guard tensor.shape.count >= 2 else {
      throw .parameterShape(
        module: module, parameter: name, found: tensor.shape, expected: [nil, nil])
    }
    return Matrix(
      rows: tensor.shape[0], columns: tensor.shape.dropFirst().reduce(1, *), values: tensor.values)
  }
}
