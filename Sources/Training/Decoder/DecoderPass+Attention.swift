import LinearAlgebra

extension DecoderPass {
  /// middle = input + [norm] output(attention(norm(input))).
  func attentionForward(
    _ index: Int, _ weights: TensorSet<Element>, _ dropout: DropoutPlan<Element>?
  ) {
    let (layer, kept) = (layout.layers[index], activations.layers[index])
    norm(layer.inputNorm, kept.input, into: kept.normed, inverse: kept.inputInverse, weights)
    linear(layer.query, kept.normed, into: kept.rawQuery ?? kept.query, weights, dropout)
    linear(layer.key, kept.normed, into: kept.rawKey ?? kept.key, weights, dropout)
    linear(layer.value, kept.normed, into: kept.value, weights, dropout)
    headNorm(
      layer.queryNorm, kept.rawQuery, into: kept.query, inverse: kept.queryInverse, weights)
    headNorm(layer.keyNorm, kept.rawKey, into: kept.key, inverse: kept.keyInverse, weights)
    let table = rotary(of: index)
    for view in [kept.query, kept.key] {
      view.rotate(
        positions: batch.positions, table: table, sign: 1, headWidth: configuration.headWidth)
    }
    let room = configuration.headWidth * AttentionShape<Element>.padded(longestSequence)
    workspace.lending([(1, room)]) { lent in
      forEachSequence(index) { rows, shape, probabilities in
        kept.attended.rows(rows).attend(
          query: kept.query.rows(rows), key: kept.key.rows(rows), value: kept.value.rows(rows),
          shape, probabilities: probabilities, room: lent[0])
      }
    }
    if let raw = kept.rawAttention, let slot = layer.attentionPostNorm,
      let inverse = kept.attentionPostInverse
    {
      linear(layer.output, kept.attended, into: raw, weights, dropout)
      norm(slot, raw, into: kept.middle, inverse: inverse, weights)
    } else {
      linear(layer.output, kept.attended, into: kept.middle, weights, dropout)
    }
    kept.middle.add(kept.input)
  }

  /// Turns ∂L/∂middle, held in `stream`, into ∂L/∂input.
  func attentionBackward(
    _ index: Int, _ stream: MatrixView<Element>, _ weights: TensorSet<Element>,
    _ gradients: TensorSet<Element>, _ dropout: DropoutPlan<Element>?
  ) {
    let (layer, kept) = (layout.layers[index], activations.layers[index])
    let (count, width) = (stream.rows, configuration.width)
    let (queries, pairs) = (configuration.queryWidth, configuration.keyValueWidth)
    workspace.lending([
      (count, width), (count, queries), (count, queries), (count, pairs), (count, pairs),
    ]) { lent in
      let (normedGradient, attended, query, key, value) = (
        lent[0], lent[1], lent[2], lent[3], lent[4]
      )
      if let raw = kept.rawAttention, let slot = layer.attentionPostNorm,
        let inverse = kept.attentionPostInverse
      {
        normedGradient.fill(0)
        normBackward(
          slot, stream, x: raw, inverse: inverse, addingTo: normedGradient, weights, gradients)
        linearBackward(
          layer.output, normedGradient, x: kept.attended, into: attended, weights, gradients,
          dropout)
      } else {
        linearBackward(
          layer.output, stream, x: kept.attended, into: attended, weights, gradients, dropout)
      }
      scoresBackward(index, attended: attended, query: query, key: key, value: value)
      let table = rotary(of: index)
      for view in [query, key] {
        view.rotate(
          positions: batch.positions, table: table, sign: -1, headWidth: configuration.headWidth)
      }
      headNormBackward(
        layer.queryNorm, query, x: kept.rawQuery, inverse: kept.queryInverse, weights, gradients)
      headNormBackward(
        layer.keyNorm, key, x: kept.rawKey, inverse: kept.keyInverse, weights, gradients)
      linearBackward(
        layer.query, query, x: kept.normed, into: normedGradient, weights, gradients, dropout)
      for (linear, gradient) in [(layer.key, key), (layer.value, value)] {
        linearBackward(
          linear, gradient, x: kept.normed, into: normedGradient, keeping: 1, weights, gradients,
          dropout)
      }
      normBackward(
        layer.inputNorm, normedGradient, x: kept.input, inverse: kept.inputInverse,
        addingTo: stream, weights, gradients)
    }
  }

  /// From ∂L/∂attended to ∂L/∂ query, key and value.
  private func scoresBackward(
    _ index: Int, attended: MatrixView<Element>, query: MatrixView<Element>,
    key: MatrixView<Element>, value: MatrixView<Element>
  ) {
    let kept = activations.layers[index]
    let room =
      (configuration.headWidth + longestSequence) * AttentionShape<Element>.padded(longestSequence)
    workspace.lending([(1, room)]) { lent in
      forEachSequence(index) { rows, shape, probabilities in
        attended.rows(rows).attendBackward(
          query: kept.query.rows(rows), key: kept.key.rows(rows), value: kept.value.rows(rows),
          shape, probabilities: probabilities, room: lent[0], queryGradient: query.rows(rows),
          keyGradient: key.rows(rows), valueGradient: value.rows(rows))
      }
    }
  }

  private var longestSequence: Int {
    (0..<batch.sequenceCount).map { batch.rows(of: $0).count }.max() ?? 0
  }

  /// How a layer attends in a sequence of this length.
  func attentionShape(of layer: Int, length: Int) -> AttentionShape<Element> {
    AttentionShape(
      heads: configuration.heads, keyValueHeads: configuration.keyValueHeads,
      headWidth: configuration.headWidth, scale: Element(configuration.attentionScale),
      window: window(of: layer, length: length))
  }

  /// Calls the body with the rows of each sequence, how its heads attend, and their probabilities.
  private func forEachSequence(
    _ index: Int, _ body: (Range<Int>, AttentionShape<Element>, MatrixView<Element>) -> Void
  ) {
    let all = activations.layers[index].probabilities
    let flat = all.reshaped(rows: 1, columns: all.count)
    var used = 0
    for sequence in 0..<batch.sequenceCount {
      let rows = batch.rows(of: sequence)
      let count =
        configuration.heads * rows.count * AttentionShape<Element>.padded(rows.count)
      body(
        rows, attentionShape(of: index, length: rows.count), flat.columns(used..<used + count))
      used += count
    }
  }

  /// Norms each head of x into y, if the model has such norms.
  private func headNorm(
    _ slot: Int?, _ x: MatrixView<Element>?, into y: MatrixView<Element>,
    inverse: MatrixView<Element>?, _ weights: TensorSet<Element>
  ) {
    guard let slot, let x, let inverse else { return }
    norm(slot, x.byHead(configuration), into: y.byHead(configuration), inverse: inverse, weights)
  }

  /// Replaces the gradient after the norm of the heads by the gradient before it.
  private func headNormBackward(
    _ slot: Int?, _ gradient: MatrixView<Element>, x: MatrixView<Element>?,
    inverse: MatrixView<Element>?, _ weights: TensorSet<Element>,
    _ gradients: TensorSet<Element>
  ) {
    guard let slot, let x, let inverse else { return }
    workspace.lending([(gradient.rows, gradient.columns)]) { lent in
      lent[0].fill(0)
      normBackward(
        slot, gradient.byHead(configuration), x: x.byHead(configuration), inverse: inverse,
        addingTo: lent[0].byHead(configuration), weights, gradients)
      gradient.copy(lent[0])
    }
  }
}

extension MatrixView {
  /// One row per head.
  fileprivate func byHead(_ configuration: DecoderConfiguration) -> MatrixView {
    reshaped(rows: count / configuration.headWidth, columns: configuration.headWidth)
  }
}
