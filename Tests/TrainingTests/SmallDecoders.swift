import LinearAlgebra
import Training

/// Decoders small enough for finite differences, one for each set of options.
enum SmallDecoder: String, CaseIterable, Sendable {
  case llama, biasedAndShared, tied, gemma

  var configuration: DecoderConfiguration {
    var result = DecoderConfiguration(
      vocabularySize: 7, width: 8, layers: 2, heads: 2, feedForwardWidth: 12, ropeBase: 100)
    switch self {
    case .llama: break
    case .biasedAndShared:
      result.modelType = Qwen2Family.modelType
      result.keyValueHeads = 1
      result.hasAttentionBias = true
    case .tied: result.tiesEmbeddings = true
    case .gemma:
      result.modelType = Gemma3Family.modelType
      result.keyValueHeads = 1
      result.headWidth = 6
      result.tiesEmbeddings = true
      result.activation = .geluTanh
      result.normOffset = 1
      result.hasPostNorms = true
      result.hasQueryKeyNorms = true
      result.embeddingScale = 8.0.squareRoot()
      result.attentionScale = 0.3
      result.window = 3
      result.layerHasWindow = [true, false]
      result.localRopeBase = 10
    }
    return result
  }

  /// Gaussian weights, gains near one.
  func weights<Element: KernelScalar>(_ generator: inout SplitMix64) -> TensorSet<Element> {
    let layout = DecoderLayout(configuration)
    let weights = TensorSet<Element>(layout)
    for (index, slot) in layout.slots.enumerated() {
      let center = slot.kind == .norm ? 1 - configuration.normOffset : 0
      weights[index].set(
        Matrix(
          rows: slot.rows, columns: slot.columns,
          values: (0..<slot.rows * slot.columns).map { _ in
            center + 0.4 * generator.nextGaussian()
          }))
    }
    return weights
  }

  static let batch = PackedBatch([
    (prompt: [1, 2, 3], completion: [4, 0]), (prompt: [6], completion: [5, 5, 2, 1]),
    (prompt: [2, 0], completion: [3]),
  ])
}
