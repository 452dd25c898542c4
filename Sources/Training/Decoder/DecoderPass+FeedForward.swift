import LinearAlgebra

extension DecoderPass {
  /// next = middle + [norm] down(activation(gate(n)) · up(n)), n = norm(middle).
  func feedForward(
    _ index: Int, into next: MatrixView<Element>, _ weights: TensorSet<Element>,
    _ dropout: DropoutPlan<Element>?
  ) {
    let (layer, kept) = (layout.layers[index], activations.layers[index])
    norm(
      layer.feedForwardNorm, kept.middle, into: kept.feedForwardNormed,
      inverse: kept.feedForwardInverse, weights)
    linear(layer.gate, kept.feedForwardNormed, into: kept.gate, weights, dropout)
    linear(layer.up, kept.feedForwardNormed, into: kept.up, weights, dropout)
    kept.hidden.gate(kept.gate, up: kept.up, by: configuration.activation)
    if let raw = kept.rawFeedForward, let slot = layer.feedForwardPostNorm,
      let inverse = kept.feedForwardPostInverse
    {
      linear(layer.down, kept.hidden, into: raw, weights, dropout)
      norm(slot, raw, into: next, inverse: inverse, weights)
    } else {
      linear(layer.down, kept.hidden, into: next, weights, dropout)
    }
    next.add(kept.middle)
  }

  /// Turns ∂L/∂next, held in `stream`, into ∂L/∂middle.
  func feedForwardBackward(
    _ index: Int, _ stream: MatrixView<Element>, _ weights: TensorSet<Element>,
    _ gradients: TensorSet<Element>, _ dropout: DropoutPlan<Element>?
  ) {
    let (layer, kept) = (layout.layers[index], activations.layers[index])
    let (count, width, inner) = (
      stream.rows, configuration.width, configuration.feedForwardWidth
    )
    workspace.lending([(count, width), (count, inner), (count, width)]) { lent in
      let (outputGradient, hiddenGradient, normedGradient) = (lent[0], lent[1], lent[2])
      var output = stream
      if let raw = kept.rawFeedForward, let slot = layer.feedForwardPostNorm,
        let inverse = kept.feedForwardPostInverse
      {
        outputGradient.fill(0)
        normBackward(
          slot, stream, x: raw, inverse: inverse, addingTo: outputGradient, weights, gradients)
        output = outputGradient
      }
      linearBackward(
        layer.down, output, x: kept.hidden, into: hiddenGradient, weights, gradients, dropout)
      hiddenGradient.gateBackward(kept.gate, up: kept.up, by: configuration.activation)
      linearBackward(
        layer.gate, kept.gate, x: kept.feedForwardNormed, into: normedGradient, weights, gradients,
        dropout)
      linearBackward(
        layer.up, kept.up, x: kept.feedForwardNormed, into: normedGradient, keeping: 1, weights,
        gradients, dropout)
      normBackward(
        layer.feedForwardNorm, normedGradient, x: kept.middle, inverse: kept.feedForwardInverse,
        addingTo: stream, weights, gradients)
    }
  }
}
