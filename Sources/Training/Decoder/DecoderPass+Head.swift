package import LinearAlgebra

extension DecoderPass {
  /// How many logits are in memory at once.
  private static var logitLimit: Int { 32 << 20 }

  /// Log-probabilities of the predicted tokens of the last batch, and the entropies of the distributions that they
  /// were predicted with (nats).
  /// - Parameters:
  ///   - weights: As in the forward pass.
  ///   - inverseTemperature: 1/τ: logits are multiplied by it.
  @specialized(where Element == Float)
  package func logProbabilities(
    weights: TensorSet<Element>, inverseTemperature: Double
  ) -> (logProbabilities: [Double], entropies: [Double]) {
    let count = batch.predictedRows.count
    let (found, entropies) = (
      MatrixView<Double>(rows: 1, columns: count), MatrixView<Double>(rows: 1, columns: count)
    )
    forEachChunk(weights) { range, _, logits in
      logits.logProbabilities(
        of: Array(batch.predictedTokens[range]), inverseTemperature: Element(inverseTemperature),
        into: found.columns(range), entropies: entropies.columns(range))
    }
    return (found.values, entropies.values)
  }

  /// The logits of all predicted tokens; for tests and small vocabularies.
  package func logits(weights: TensorSet<Element>) -> MatrixView<Element> {
    let result = MatrixView<Element>(
      rows: batch.predictedRows.count, columns: configuration.vocabularySize)
    forEachChunk(weights) { range, _, logits in result.rows(range).copy(logits) }
    return result
  }

  /// Computes the gradient of the normed output and of the head from ∂L/∂log p and ∂L/∂H.
  func headBackward(
    into gradient: MatrixView<Element>, _ weights: TensorSet<Element>,
    _ gradients: TensorSet<Element>, _ inverseTemperature: Double, _ tokenWeights: [Double],
    _ entropyWeights: [Double]
  ) {
    let count = batch.predictedRows.count
    precondition(
      tokenWeights.count == count && entropyWeights.count == count, "one weight a prediction")
    let tokenWeights = Storage(tokenWeights).view(count: count)
    let entropyWeights = Storage(entropyWeights).view(count: count)
    forEachChunk(weights) { range, rows, logits in
      // Logits are computed again: keeping them would take more memory than everything else.
      logits.logProbabilitiesBackward(
        Array(batch.predictedTokens[range]), inverseTemperature: Element(inverseTemperature),
        weights: tokenWeights.columns(range), entropyWeights: entropyWeights.columns(range))
      gradients.find(layout.head)?.multiply(logits, .transposed, rows, keeping: 1)
      workspace.lending([(rows.rows, rows.columns)]) { lent in
        lent[0].multiply(logits, weights[layout.head])
        for (place, row) in batch.predictedRows[range].enumerated() {
          gradient.rows(row..<row + 1).add(lent[0].rows(place..<place + 1))
        }
      }
    }
  }

  /// Calls the body with the logits of one chunk of predictions after another, and with the rows they come from.
  private func forEachChunk(
    _ weights: TensorSet<Element>,
    _ body: (Range<Int>, MatrixView<Element>, MatrixView<Element>) -> Void
  ) {
    let count = batch.predictedRows.count
    let size = max(1, Self.logitLimit / configuration.vocabularySize)
    for start in stride(from: 0, to: count, by: size) {
      let range = start..<min(start + size, count)
      workspace.lending([
        (range.count, configuration.width), (range.count, configuration.vocabularySize),
      ]) { lent in
        for (place, row) in batch.predictedRows[range].enumerated() {
          lent[0].rows(place..<place + 1).copy(activations.normed.rows(row..<row + 1))
        }
        lent[1].multiply(lent[0], weights[layout.head], .transposed)
        body(range, lent[0], lent[1])
      }
    }
  }
}
