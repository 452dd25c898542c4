package import LinearAlgebra

extension DecoderPass {
  /// What a linear layer read in the last forward pass, one row a token. Lost with the next pass.
  /// - Parameter tensor: The name of its weight.
  /// - Returns: Nil if it is no weight of a linear layer, or the embedding.
  package func input(of tensor: String) -> MatrixView<Element>? {
    guard let slot = layout.slots.firstIndex(where: { $0.name == tensor }) else { return nil }
    if slot == layout.head, slot != layout.embedding { return outputs }
    for (layer, kept) in zip(layout.layers, activations.layers) {
      switch slot {
      case layer.query.weight, layer.key.weight, layer.value.weight: return kept.normed
      case layer.output.weight: return kept.attended
      case layer.gate.weight, layer.up.weight: return kept.feedForwardNormed
      case layer.down.weight: return kept.hidden
      default: continue
      }
    }
    return nil
  }
}
