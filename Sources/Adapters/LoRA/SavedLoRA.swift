package import LinearAlgebra

/// A saved LoRA: ΔW = s(BA − B₀A₀), where B₀A₀ is zero for most starts. A bias of B adds s·b to the
/// module's bias.
package struct SavedLoRA: Adapter {
  package typealias Method = LoRA
  package static let parameterNames = LoRA.factors + [LoRA.outputBias] + LoRA.trainingState
  package static let factorNames = LoRA.factors

  package static func describes(_ parameters: Set<String>, settings: ModuleSettings) -> Bool {
    !parameters.isDisjoint(with: LoRA.factors + [LoRA.outputBias])
  }

  package let resolved: ResolvedModule
  package let biasChange: BiasChange?
  private let factors: SavedFactors
  private let settings: ModuleSettings

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let factors = try SavedFactors(reader, settings: settings)
    self.factors = factors
    self.settings = settings
    biasChange =
      parameters[LoRA.outputBias] == nil
      ? nil
      : .addition(
        try reader.vector(LoRA.outputBias, count: factors.outputs).map { factors.scale * $0 })
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: factors.rank, alpha: settings.alpha,
      scale: factors.scale)
  }

  package var shape: MatrixShape? { factors.shape }

  package var needsBase: Bool { settings.start?.needsBase ?? false }

  package func workspace(for base: MatrixShape) -> Int { settings.start?.workspace(for: base) ?? 0 }

  package func check(against base: MatrixShape) throws(AdapterError) {
    if factors.shape != base {
      throw .baseShape(module: settings.module, update: factors.shape, base: base)
    }
    try settings.start?.check(settings, shape: factors.shape)
  }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return try factors.update(of: base, settings: settings)
  }
}

/// The product s·BA of a saved adapter in the layout of the base, as two factors.
///
/// | tensors | shape | base W | output · input |
/// | --- | --- | --- | --- |
/// | `lora_A.weight`, `lora_B.weight` | r × in, out × r | out × in | sB · A |
/// | the same, base stored in × out | | in × out | Aᵀ · (sB)ᵀ |
/// | the same of a convolution | r × in × k…, out × r × 1… | out × (in·k…) | sB · A, flattened |
/// | `lora_embedding_A`, `lora_embedding_B` | r × V, D × r | V × D | Aᵀ · (sB)ᵀ |
struct SavedFactors {
  /// The scaled output factor, rows × r, and the input factor, r × columns.
  let pair: FactorPair
  let scale: Double
  let rank: Int
  /// Whether an output feature is a column of the base, not a row.
  let hasOutputsInColumns: Bool
  /// What rounding to 16 bits did to the product; 0 if the factors have more bits, or no start that is computed again.
  private let noise: Double

  init(_ reader: ParameterReader, settings: ModuleSettings) throws(AdapterError) {
    let isEmbedding = reader.tensors[LoRA.embeddingInputFactor] != nil
    let blocks = isEmbedding ? nil : settings.configuration.blockDiagonal
    let down =
      isEmbedding
      ? try reader.matrix(LoRA.embeddingInputFactor, rows: nil, columns: nil)
      : try Self.expanded(
        reader.flattened(LoRA.inputFactor), blocks?.inputCount(of: settings.module), reader)
    rank = down.rows
    if rank == 0 { throw .zeroRank(module: settings.module) }
    let up =
      isEmbedding
      ? try reader.matrix(LoRA.embeddingOutputFactor, rows: nil, columns: rank)
      : try Self.expanded(
        reader.flattened(LoRA.outputFactor), blocks?.outputCount(of: settings.module), reader)
    guard up.columns == rank else {
      if let groups = Self.groups(reader, rank: rank) {
        throw .groupedConvolution(module: settings.module, groups: groups)
      }
      throw .parameterShape(
        module: settings.module, parameter: LoRA.outputFactor, found: [up.rows, up.columns],
        expected: [nil, rank])
    }
    scale = try settings.scale(rank: rank)
    hasOutputsInColumns = isEmbedding || settings.layout == .inByOut
    noise =
      settings.start?.needsBase ?? false
      ? scale.magnitude * FactorPair(input: down, output: up).roundingTo16Bits : 0
    pair = FactorPair(input: down, output: scale * up, transposed: hasOutputsInColumns)
  }

  /// How many output features the module has.
  var outputs: Int { hasOutputsInColumns ? pair.input.columns : pair.output.rows }

  /// s(BA − B₀A₀), of rank 2r if there is a start; zero if training did not move the start.
  func update(of base: any BaseWeight, settings: ModuleSettings) throws -> WeightUpdate {
    guard let start = settings.start else { return pair.update }
    let first = try start.product(of: base, rank: rank, scale: scale, settings: settings)
    if try start.isRounding(pair, of: first, in: base, scale: scale, noise: noise) {
      return .zero(rows: shape.rows, columns: shape.columns)
    }
    return pair.subtracting(first).update
  }

  var shape: MatrixShape { pair.shape }

  /// The number of groups of a convolution, if B has a part of the rank for each.
  private static func groups(_ reader: ParameterReader, rank: Int) -> Int? {
    guard let shape = reader.tensors[LoRA.outputFactor]?.shape, shape.count >= 3, shape[1] > 0,
      rank.isMultiple(of: shape[1])
    else { return nil }
    return rank / shape[1]
  }

  /// A block-diagonal matrix from its blocks, which are one below the other; without a number of blocks the matrix
  /// itself.
  private static func expanded(
    _ matrix: Matrix, _ count: Int?, _ reader: ParameterReader
  ) throws(AdapterError) -> Matrix {
    guard let count, count != 1 else { return matrix }
    guard count > 0, matrix.rows.isMultiple(of: count) else {
      throw .indivisible(module: reader.module, size: matrix.rows, block: count)
    }
    try ExpandedSize.check(matrix.rows, matrix.columns, count, module: reader.module)
    let height = matrix.rows / count
    var result = Matrix(rows: matrix.rows, columns: matrix.columns * count)
    for row in 0..<matrix.rows {
      let first = row / height * matrix.columns
      for column in 0..<matrix.columns { result[row, first + column] = matrix[row, column] }
    }
    return result
  }
}

extension AdapterConfiguration.BlockDiagonal {
  /// The number of blocks of A; nil if it has none. PEFT looks for a part of the module's whole name.
  fileprivate func inputCount(of module: String) -> Int? {
    matches(inputTargets, module) ? count : nil
  }

  /// The number of blocks of B.
  fileprivate func outputCount(of module: String) -> Int? {
    matches(outputTargets, module) ? count : nil
  }

  private func matches(_ targets: [String], _ module: String) -> Bool {
    targets.contains { $0.isEmpty || module.contains($0) }
  }
}
