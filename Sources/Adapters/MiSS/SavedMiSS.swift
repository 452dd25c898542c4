package import LinearAlgebra

/// A saved MiSS. The plain and mini forms give two factors, Dᵀ and r rows of a tiled identity; bat is dense.
package struct SavedMiSS: Adapter {
  package typealias Method = MiSS
  package static let parameterNames = [MiSS.formerBlock, MiSS.block]
  package static let factorNames = parameterNames

  package let resolved: ResolvedModule
  private let block: Tensor
  private let form: AdapterConfiguration.MiSS.Mode

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let name = parameters[MiSS.formerBlock] == nil ? MiSS.block : MiSS.formerBlock
    let options = settings.configuration.miSS
    form = options.mode
    block =
      switch options.mode {
      case .plain: try reader.tensor(name, shape: [nil, nil])
      case .mini: try reader.tensor(name, shape: [nil, options.miniRank])
      case .bat: try reader.tensor(name, shape: [nil, nil, nil])
      }
    let rank = block.shape[options.mode == .bat ? 1 : 0]
    if options.mode == .bat, block.shape[2] != rank {
      throw .parameterShape(
        module: settings.module, parameter: name, found: block.shape, expected: [nil, rank, rank])
    }
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: rank, alpha: nil, scale: 1)
  }

  /// Nil, because only the base determines the number of inputs.
  package var shape: MatrixShape? { nil }

  package func check(against base: MatrixShape) throws(AdapterError) {
    if form == .bat {
      let (blocks, rank) = (block.shape[0], block.shape[1])
      guard blocks * rank == base.rows, rank > 0 else {
        throw .baseShape(
          module: resolved.module, update: MatrixShape(rows: blocks * rank, columns: base.columns),
          base: base)
      }
      guard base.columns.isMultiple(of: rank) else {
        throw .indivisible(module: resolved.module, size: base.columns, block: rank)
      }
    } else {
      let width = block.shape[1]
      guard width > 0, base.rows.isMultiple(of: width), form == .mini || width == base.rows else {
        throw .baseShape(
          module: resolved.module, update: MatrixShape(rows: width, columns: base.columns),
          base: base)
      }
    }
  }

  /// For bat W twice while it is read, and ΔW; for the other forms their factors, several times.
  package func workspace(for base: MatrixShape) -> Int {
    form == .bat
      ? 4 * base.rows * base.columns : 8 * (base.rows + base.columns) * block.shape[0]
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return form == .bat ? try blockwiseUpdate(of: base) : sharedUpdate(of: base)
  }

  private func sharedUpdate(of base: any BaseWeight) -> WeightUpdate {
    let (rank, width) = (block.shape[0], block.shape[1])
    guard rank > 0 else { return .zero(rows: base.rows, columns: base.columns) }
    var left = Matrix(rows: base.rows, columns: rank)
    for row in 0..<base.rows {
      for column in 0..<rank { left[row, column] = block.values[column * width + row % width] }
    }
    var right = Matrix(rows: rank, columns: base.columns)
    for column in 0..<base.columns { right[column % rank, column] = 1 }
    return .product(left, right)
  }

  private func blockwiseUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    let (blocks, rank) = (block.shape[0], block.shape[1])
    let weight = try base.matrix()
    // Read in order, r rows of W form a matrix of r · (in/r) rows and r columns: one product with D[o] covers all
    // blocks of a block row.
    let tiles = rank * (base.columns / rank)
    var result = [Double]()
    result.reserveCapacity(weight.values.count)
    for index in 0..<blocks {
      let shared = Matrix(
        rows: rank, columns: rank,
        values: Array(block.values[index * rank * rank..<(index + 1) * rank * rank]))
      let row = weight.rowSlice(index * rank..<(index + 1) * rank)
      var product = (Matrix(rows: tiles, columns: rank, values: row.values) * shared).values
      for offset in product.indices {
        let (inner, column) = (offset / base.columns, offset % rank)
        product[offset] += shared[inner, column]
      }
      result += product
    }
    return .dense(Matrix(rows: base.rows, columns: base.columns, values: result))
  }
}
