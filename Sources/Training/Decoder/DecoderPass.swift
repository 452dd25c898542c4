import LinearAlgebra

/// Forward and backward passes of a decoder over packed batches, with the activations and buffers they need.
///
/// Not thread-safe: each thread needs its own pass. Weights may be shared.
package final class DecoderPass<Element: KernelScalar> {
  let configuration: DecoderConfiguration
  let layout: DecoderLayout
  let activations: Activations<Element>
  let workspace = Workspace<Element>()
  private var rotary: RotaryTable<Element>
  private var localRotary: RotaryTable<Element>
  private(set) var batch = PackedBatch()

  /// - Parameters:
  ///   - configuration: The decoder's shape.
  ///   - positions: The longest expected sequence; for a longer one, the tables are made again.
  package init(_ configuration: DecoderConfiguration, positions: Int) {
    self.configuration = configuration
    layout = DecoderLayout(configuration)
    activations = Activations(configuration)
    (rotary, localRotary) = Self.tables(configuration, positions: positions)
  }

  private static func tables(
    _ configuration: DecoderConfiguration, positions: Int
  ) -> (RotaryTable<Element>, RotaryTable<Element>) {
    let table = RotaryTable<Element>(
      positions: positions, headWidth: configuration.headWidth, base: configuration.ropeBase,
      factor: configuration.ropeFactor)
    let local = RotaryTable<Element>(
      positions: positions, headWidth: configuration.headWidth,
      base: configuration.localRopeBase ?? configuration.ropeBase)
    return (table, local)
  }

  /// Makes room for longer sequences than expected: problems of a file may have any length.
  func reserve(positions: Int) {
    guard positions > rotary.positions else { return }
    (rotary, localRotary) = Self.tables(
      configuration, positions: max(positions, 2 * rotary.positions))
  }

  /// How many tokens a layer sees in a sequence of this length, the current one included.
  func window(of layer: Int, length: Int) -> Int {
    configuration.layerHasWindow[layer] ? min(configuration.window ?? length, length) : length
  }

  func rotary(of layer: Int) -> RotaryTable<Element> {
    configuration.layerHasWindow[layer] ? localRotary : rotary
  }

  /// Reads a batch; the activations of the batch before are lost.
  /// - Parameters:
  ///   - batch: The sequences.
  ///   - weights: The weights of every slot.
  ///   - dropout: On the adapter paths, if any.
  @specialized(where Element == Float)
  package func forward(
    _ batch: PackedBatch, weights: TensorSet<Element>, dropout: DropoutPlan<Element>? = nil
  ) {
    self.batch = batch
    let dropout = dropout?.reading(batch.rowKeys)
    reserve(positions: Int(batch.positions.max() ?? 0) + 1)
    activations.prepare(batch)
    let kept = activations
    let first = kept.layers.first?.input ?? kept.output
    first.embed(
      batch.tokens, table: weights[layout.embedding], scale: Element(configuration.embeddingScale))
    for index in layout.layers.indices {
      let next = index + 1 < kept.layers.count ? kept.layers[index + 1].input : kept.output
      attentionForward(index, weights, dropout)
      feedForward(index, into: next, weights, dropout)
    }
    kept.normed.normalize(
      kept.output, gain: weights[layout.finalNorm], offset: Element(configuration.normOffset),
      epsilon: Element(configuration.normEpsilon), inverse: kept.outputInverse)
  }

  /// Adds the gradient of a loss to the gradients that are needed.
  ///
  /// The loss is given by its derivatives with respect to the log-probabilities of the predicted tokens
  /// and to the entropies of their distributions.
  /// - Parameters:
  ///   - weights: As in the forward pass.
  ///   - gradients: The gradients that are needed.
  ///   - inverseTemperature: 1/τ, as in ``logProbabilities(weights:inverseTemperature:)``.
  ///   - tokenWeights: ∂L/∂log p, one for each predicted token.
  ///   - entropyWeights: ∂L/∂H, likewise.
  ///   - dropout: As in the forward pass.
  @specialized(where Element == Float)
  package func backward(
    weights: TensorSet<Element>, gradients: TensorSet<Element>, inverseTemperature: Double,
    tokenWeights: [Double], entropyWeights: [Double], dropout: DropoutPlan<Element>? = nil
  ) {
    let (count, width) = (batch.tokens.count, configuration.width)
    let dropout = dropout?.reading(batch.rowKeys)
    workspace.lending([(count, width), (count, width)]) { lent in
      let (stream, normedGradient) = (lent[0], lent[1])
      normedGradient.fill(0)
      headBackward(
        into: normedGradient, weights, gradients, inverseTemperature, tokenWeights, entropyWeights)
      stream.fill(0)
      stream.addNormGradient(
        normedGradient, x: activations.output, gain: weights[layout.finalNorm],
        offset: Element(configuration.normOffset), inverse: activations.outputInverse,
        gainGradient: gradients.find(layout.finalNorm))
      for index in layout.layers.indices.reversed() {
        feedForwardBackward(index, stream, weights, gradients, dropout)
        attentionBackward(index, stream, weights, gradients, dropout)
      }
      gradients.find(layout.embedding)?.addEmbeddingGradient(
        stream, tokens: batch.tokens, scale: Element(configuration.embeddingScale))
    }
  }
}
