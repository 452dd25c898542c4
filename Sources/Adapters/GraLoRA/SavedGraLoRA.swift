package import LinearAlgebra

/// A saved GraLoRA. Its blocks together have rank k·r; while that is small, the update stays factored.
package struct SavedGraLoRA: Adapter {
  package typealias Method = GraLoRA
  package static let parameterNames = [
    GraLoRA.inputBlocks, GraLoRA.outputBlocks, GraLoRA.inputFactor, GraLoRA.outputFactor,
  ]
  package static let factorNames = [GraLoRA.inputBlocks, GraLoRA.outputBlocks]

  package let resolved: ResolvedModule
  /// k × in/k × r.
  private let inputBlocks: Tensor
  /// k × r × out/k.
  private let outputBlocks: Tensor
  /// A_g and B_g.
  private let general: FactorPair?
  private let settings: ModuleSettings

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    inputBlocks = try reader.tensor(GraLoRA.inputBlocks, shape: [nil, nil, nil])
    let (blocks, width, rank) = (
      inputBlocks.shape[0], inputBlocks.shape[1], inputBlocks.shape[2]
    )
    outputBlocks = try reader.tensor(GraLoRA.outputBlocks, shape: [blocks, rank, nil])
    if rank == 0 || blocks == 0 { throw .zeroRank(module: settings.module) }
    guard rank.isMultiple(of: blocks) else {
      throw .indivisible(module: settings.module, size: rank, block: blocks)
    }
    if parameters[GraLoRA.inputFactor] != nil {
      let down = try reader.matrix(
        GraLoRA.inputFactor, rows: nil, columns: blocks * width)
      let up = try reader.matrix(
        GraLoRA.outputFactor, rows: blocks * outputBlocks.shape[2], columns: down.rows)
      general = FactorPair(input: down, output: up)
    } else {
      general = nil
    }
    let wholeRank = rank + (general?.input.rows ?? 0)
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: wholeRank, alpha: settings.alpha,
      scale: try settings.scale(rank: wholeRank))
  }

  private var blocks: Int { inputBlocks.shape[0] }
  private var rank: Int { inputBlocks.shape[2] }
  private var outputs: Int { blocks * outputBlocks.shape[2] }
  private var inputs: Int { blocks * inputBlocks.shape[1] }

  package var shape: MatrixShape? { settings.stored(outputs: outputs, inputs: inputs) }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    try ExpandedSize.check(outputs, inputs, module: settings.module)
    guard 2 * blocks * rank <= min(outputs, inputs) else {
      var update = Matrix(rows: outputs, columns: inputs)
      for output in 0..<blocks {
        for input in 0..<blocks { write(block(output, input), at: (output, input), to: &update) }
      }
      if let general { update = update + general.output * general.input }
      return .dense(settings.stored(resolved.scale * update))
    }
    let pair = factors()
    return .product(pair.output, pair.input)
  }

  /// How many columns of A and rows of B belong to one block.
  private var part: Int { rank / blocks }

  /// Rows of A[n] are inputs; of its columns, those of the outputs j.
  private func down(_ output: Int, _ input: Int) -> Matrix {
    let width = inputBlocks.shape[1]
    return inputBlocks.slice(input, rows: width, columns: rank)
      .columnSlice(output * part..<(output + 1) * part)
  }

  private func up(_ output: Int, _ input: Int) -> Matrix {
    outputBlocks.slice(output, rows: rank, columns: outputBlocks.shape[2])
      .rowSlice(input * part..<(input + 1) * part)
  }

  private func block(_ output: Int, _ input: Int) -> Matrix {
    (down(output, input) * up(output, input)).transposed()
  }

  private func write(_ block: Matrix, at place: (Int, Int), to update: inout Matrix) {
    for row in 0..<block.rows {
      for column in 0..<block.columns {
        update[place.0 * block.rows + row, place.1 * block.columns + column] = block[row, column]
      }
    }
  }

  /// The blocks side by side, each zero outside its own outputs and inputs, and the general factors.
  private func factors() -> FactorPair {
    var output = Matrix(rows: outputs, columns: blocks * rank)
    var input = Matrix(rows: blocks * rank, columns: inputs)
    for j in 0..<blocks {
      for n in 0..<blocks {
        let first = (j * blocks + n) * part
        let (down, up) = (down(j, n), up(j, n))
        for inner in 0..<part {
          for row in 0..<up.columns {
            output[j * up.columns + row, first + inner] = resolved.scale * up[inner, row]
          }
          for column in 0..<down.rows {
            input[first + inner, n * down.rows + column] = down[column, inner]
          }
        }
      }
    }
    if let general {
      output = .stackedColumns([output, resolved.scale * general.output])
      input = .stackedRows([input, general.input])
    }
    return FactorPair(input: input, output: output, transposed: settings.isTransposed)
  }
}

extension Tensor {
  /// One of the matrices that a tensor of three dimensions stacks.
  fileprivate func slice(_ index: Int, rows: Int, columns: Int) -> Matrix {
    let size = rows * columns
    return Matrix(
      rows: rows, columns: columns, values: Array(values[index * size..<(index + 1) * size]))
  }
}
