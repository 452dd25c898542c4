package import LinearAlgebra

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
    workspace.lending([(batch.tokens.count, configuration.width)]) { lent in
      lent[0].fill(0)
      headBackward(
        into: lent[0], weights, gradients, inverseTemperature, tokenWeights, entropyWeights)
      backward(outputs: lent[0], weights: weights, gradients: gradients, dropout: dropout)
    }
  }

  /// The normed outputs of the last layer, one row a token: what heads read.
  package var outputs: MatrixView<Element> { activations.normed }

  /// Adds the gradient of a loss that is given by its derivatives with respect to ``outputs``.
  /// - Parameters:
  ///   - outputGradient: ∂L/∂h, N × C.
  ///   - weights: As in the forward pass.
  ///   - gradients: The gradients that are needed; that of the head is its owner's part.
  ///   - dropout: As in the forward pass.
  @specialized(where Element == Float)
  package func backward(
    outputs outputGradient: MatrixView<Element>, weights: TensorSet<Element>,
    gradients: TensorSet<Element>, dropout: DropoutPlan<Element>? = nil
  ) {
    let dropout = dropout?.reading(batch.rowKeys)
    workspace.lending([(batch.tokens.count, configuration.width)]) { lent in
      let stream = lent[0]
      stream.fill(0)
      stream.addNormGradient(
        outputGradient, x: activations.output, gain: weights[layout.finalNorm],
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
