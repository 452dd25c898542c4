package import LinearAlgebra

/// A saved LoRA: ΔW = s(BA − B₀A₀), where B₀A₀ is zero for most starts. A bias of B adds s·b to the
/// module's bias.
package struct SavedLoRA: Adapter {
  package typealias Method = LoRA
  package static let parameterNames = LoRA.factors + [LoRA.outputBias]
  package static let factorNames = LoRA.factors

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

  init(_ reader: ParameterReader, settings: ModuleSettings) throws(AdapterError) {
    let isEmbedding = reader.tensors[LoRA.embeddingInputFactor] != nil
    let down =
      isEmbedding
      ? try reader.matrix(LoRA.embeddingInputFactor, rows: nil, columns: nil)
      : try reader.flattened(LoRA.inputFactor)
    rank = down.rows
    if rank == 0 { throw .zeroRank(module: settings.module) }
    let up =
      isEmbedding
      ? try reader.matrix(LoRA.embeddingOutputFactor, rows: nil, columns: rank)
      : try reader.flattened(LoRA.outputFactor, columns: rank)
    scale = try settings.scale(rank: rank)
    hasOutputsInColumns = isEmbedding || settings.layout == .inByOut
    pair = FactorPair(input: down, output: scale * up, transposed: hasOutputsInColumns)
  }

  /// How many output features the module has.
  var outputs: Int { hasOutputsInColumns ? pair.input.columns : pair.output.rows }

  /// s(BA − B₀A₀), of rank 2r if there is a start.
  func update(of base: any BaseWeight, settings: ModuleSettings) throws -> WeightUpdate {
    guard let start = settings.start else { return .product(pair.output, pair.input) }
    let both = pair.subtracting(
      try start.product(of: base, rank: rank, scale: scale, settings: settings))
    return .product(both.output, both.input)
  }

  var shape: MatrixShape { pair.shape }
}
