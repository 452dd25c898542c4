package import LinearAlgebra

/// A saved HiRA.
package struct SavedHiRA: OutByInAdapter {
  package typealias Method = HiRA
  package static let parameterNames = [
    HiRA.input, HiRA.output, HiRA.embeddingInput, HiRA.embeddingOutput,
  ]
  package static let factorNames = parameterNames

  package let settings: ModuleSettings
  package let resolved: ResolvedModule
  let pair: FactorPair

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = try ParameterReader(module: settings.module, filled: parameters)
    let isEmbedding = reader.has(HiRA.embeddingInput)
    let down = try reader.flattened(isEmbedding ? HiRA.embeddingInput : HiRA.input)
    let up = try reader.flattened(
      isEmbedding ? HiRA.embeddingOutput : HiRA.output, columns: down.rows)
    pair = FactorPair(input: down, output: up, transposed: isEmbedding)
    var own = settings
    if isEmbedding { own.layout = .outByIn }
    self.settings = own
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: down.rows, alpha: nil, scale: 1)
  }

  package var outByInShape: MatrixShape? { pair.shape }

  package var needsBase: Bool { true }

  package func update(_ base: any BaseWeight) throws -> WeightUpdate {
    .dense(try base.matrix().combined(with: pair.output * pair.input, *))
  }
}
