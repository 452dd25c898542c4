package import LinearAlgebra

extension DecoderModel {
  /// What the model says about the tokens of the answers, text after text, in nats.
  ///
  /// One text at a time, so that long ones need no more memory than the longest.
  package func logProbabilities(of texts: TokenizedTexts) -> [Double] {
    let pass = DecoderPass<Element>(configuration, positions: texts.longest)
    return texts.sequences.flatMap { sequence in
      pass.forward(PackedBatch([sequence]), weights: weights)
      return pass.logProbabilities(weights: weights, inverseTemperature: 1).logProbabilities
    }
  }

  /// A forward pass over all texts at once, for what layers read.
  package func pass(over texts: TokenizedTexts) -> DecoderPass<Element> {
    let pass = DecoderPass<Element>(configuration, positions: texts.longest)
    pass.forward(PackedBatch(texts.sequences), weights: weights)
    return pass
  }

  /// The same decoder with changes added to some of its tensors.
  /// - Parameter changes: By the name of the tensor; vectors have one row.
  /// - Returns: nil if a tensor is not one of the decoder's, or has another shape.
  package func adding(_ changes: [(tensor: String, change: Matrix)]) -> DecoderModel? {
    var weights = self.weights
    for (tensor, change) in changes {
      guard let slot = layout.slots.firstIndex(where: { $0.name == tensor }) else { return nil }
      let old = weights[slot]
      guard old.rows == change.rows, old.columns == change.columns else { return nil }
      let new = MatrixView<Element>(rows: old.rows, columns: old.columns)
      new.set(change)
      new.add(old)
      weights = weights.replacing(slot, by: new)
    }
    return DecoderModel(configuration: configuration, weights: weights)
  }
}
