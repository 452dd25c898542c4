import Adapters
import Checkpoints
import Updates

/// The names by which embeddings are known where nothing else tells them from linear layers.
enum EmbeddingNames {
  static func include(_ module: String) -> Bool {
    guard let last = module.split(separator: ".").last else { return false }
    return last.contains("embed") && last != "embed_out"
      || ["wte", "wpe", "shared", "relative_attention_bias"].contains(last)
  }
}

extension StoredMatrix {
  /// Whether the matrix is all of one tensor.
  fileprivate var isWholeTensor: Bool {
    pieces.count == 1 && pieces[0].rows.count == pieces[0].weight.rows
  }
}

extension ModuleUpdate {
  /// Whether the update is that of one expert of a stacked tensor, or of another parameter that is no module.
  var isPartOfParameter: Bool {
    switch source {
    case .adapter(let parameters): parameters.settings.expert != nil
    case .adapted(let stored):
      !stored.isWholeTensor || base.map { !$0.isWholeTensor } ?? false
    }
  }

  /// Whether the module is an embedding: LoRA's tensors say it, else its name.
  func isEmbedding(named name: String) -> Bool {
    if case .adapter(let parameters) = source {
      if parameters.tensors.keys.contains(where: { $0.contains("_embedding_") }) { return true }
      if parameters.tensors[LoRA.inputFactor] != nil { return false }
    }
    return EmbeddingNames.include(name)
  }

  /// - Throws: ``ReductionError/kindNeedsBase(module:)`` if only the base tells whether this is a convolution.
  func kind(isEmbedding: Bool) throws(ReductionError) -> LowRankModule.Kind {
    if isEmbedding { return .embedding }
    // The matrix of an expert is no convolution, though the base may stack it in a tensor of three dimensions.
    if ExpertName(module) != nil || base?.isWholeTensor == false { return .linear }
    var shape = base?.pieces[0].weight.shape ?? []
    if case .adapter(let parameters) = source, base == nil {
      let down = parameters.tensors.first { name, _ in
        name == LoRA.inputFactor || name.hasSuffix("down.weight")
      }
      shape = down?.value.shape ?? []
      if down == nil, parameters.tensors.values.contains(where: { $0.shape.count > 2 }) {
        throw .kindNeedsBase(module: module)
      }
    }
    return shape.count > 2 ? .convolution(Array(shape.dropFirst())) : .linear
  }

  /// Whether a stored weight differs from that of the base.
  var isChanged: Bool {
    get throws {
      guard case .adapted(let after) = source, let base else { return true }
      let height = max(1, (1 << 19) / max(columns, 1))
      return try stride(from: 0, to: rows, by: height).contains { start in
        let range = start..<min(start + height, rows)
        return try after.values(rows: range) != base.values(rows: range)
      }
    }
  }
}
