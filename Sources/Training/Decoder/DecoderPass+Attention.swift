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
    headNorm(layer.queryNorm, kept.rawQuery, into: kept.query, kept.queryInverse, weights)
    headNorm(layer.keyNorm, kept.rawKey, into: kept.key, kept.keyInverse, weights)
    let table = rotary(of: index)
    for view in [kept.query, kept.key] {
      view.rotate(
        positions: batch.positions, table: table, sign: 1, headWidth: configuration.headWidth)
    }
    forEachHead(index) { head in
      head.probabilities.multiply(head.query, head.key, .transposed)
      head.probabilities.causalSoftmax(
        scale: Element(configuration.attentionScale), window: head.window)
      head.attended.multiply(head.probabilities, head.value)
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
      attended.fill(0)
      if let raw = kept.rawAttention, let slot = layer.attentionPostNorm,
        let inverse = kept.attentionPostInverse
      {
        normedGradient.fill(0)
        normBackward(
          slot, stream, x: raw, inverse: inverse, addingTo: normedGradient, weights, gradients)
        linearBackward(
          layer.output, normedGradient, x: kept.attended, addingTo: attended, weights, gradients,
          dropout)
      } else {
        linearBackward(
          layer.output, stream, x: kept.attended, addingTo: attended, weights, gradients, dropout)
      }
      scoresBackward(index, attended: attended, query: query, key: key, value: value)
      let table = rotary(of: index)
      for view in [query, key] {
        view.rotate(
          positions: batch.positions, table: table, sign: -1, headWidth: configuration.headWidth)
      }
      headNormBackward(layer.queryNorm, query, kept.rawQuery, kept.queryInverse, weights, gradients)
      headNormBackward(layer.keyNorm, key, kept.rawKey, kept.keyInverse, weights, gradients)
      normedGradient.fill(0)
      for (linear, gradient) in [(layer.query, query), (layer.key, key), (layer.value, value)] {
        linearBackward(
          linear, gradient, x: kept.normed, addingTo: normedGradient, weights, gradients, dropout)
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
    key.fill(0)
    value.fill(0)
    let scale = Element(configuration.attentionScale)
    let longest = (0..<batch.sequenceCount).map { batch.rows(of: $0).count }.max() ?? 0
    workspace.lending([(1, longest * longest)]) { lent in
      forEachHead(index) { head in
        let length = head.rows.count
        let scores = lent[0].columns(0..<length * length).reshaped(rows: length, columns: length)
        let gradient = attended.rows(head.rows).columns(head.queryColumns)
        scores.multiply(gradient, head.value, .transposed)
        value.rows(head.rows).columns(head.keyColumns).multiply(
          head.probabilities, .transposed, gradient, keeping: 1)
        scores.causalSoftmaxBackward(head.probabilities, scale: scale, window: head.window)
        query.rows(head.rows).columns(head.queryColumns).multiply(scores, head.key)
        key.rows(head.rows).columns(head.keyColumns).multiply(
          scores, .transposed, head.query, keeping: 1)
      }
    }
  }

  /// One head of one sequence.
  private struct Head {
    let rows: Range<Int>
    let queryColumns: Range<Int>, keyColumns: Range<Int>
    let window: Int
    /// T × D.
    let query: MatrixView<Element>, key: MatrixView<Element>, value: MatrixView<Element>
    let attended: MatrixView<Element>
    /// T × T.
    let probabilities: MatrixView<Element>
  }

  private func forEachHead(_ index: Int, _ body: (Head) -> Void) {
    let kept = activations.layers[index]
    let width = configuration.headWidth
    let sharing = configuration.heads / configuration.keyValueHeads
    var offset = 0
    for sequence in 0..<batch.sequenceCount {
      let rows = batch.rows(of: sequence)
      for head in 0..<configuration.heads {
        let columns = head * width..<(head + 1) * width
        let shared = head / sharing
        let pairs = shared * width..<(shared + 1) * width
        body(
          Head(
            rows: rows, queryColumns: columns, keyColumns: pairs,
            window: window(of: index, length: rows.count),
            query: kept.query.rows(rows).columns(columns),
            key: kept.key.rows(rows).columns(pairs), value: kept.value.rows(rows).columns(pairs),
            attended: kept.attended.rows(rows).columns(columns),
            probabilities: kept.probabilities.rows(head..<head + 1)
              .columns(offset..<offset + rows.count * rows.count)
              .reshaped(rows: rows.count, columns: rows.count)))
      }
      offset += rows.count * rows.count
    }
  }

  /// Norms each head of x into y, if the model has such norms.
  private func headNorm(
    _ slot: Int?, _ x: MatrixView<Element>?, into y: MatrixView<Element>,
    _ inverse: MatrixView<Element>?, _ weights: TensorSet<Element>
  ) {
    guard let slot, let x, let inverse else { return }
    norm(slot, x.byHead(configuration), into: y.byHead(configuration), inverse: inverse, weights)
  }

  /// Replaces the gradient after the norm of the heads by the gradient before it.
  private func headNormBackward(
    _ slot: Int?, _ gradient: MatrixView<Element>, _ x: MatrixView<Element>?,
    _ inverse: MatrixView<Element>?, _ weights: TensorSet<Element>,
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
