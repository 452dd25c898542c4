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

  /// Whether the module is an embedding: its tensors say it, else a bias or a kernel says that it is none, else its name.
  /// - Parameter hasBias: Whether the base has a bias beside the weight.
  func isEmbedding(named name: String, hasBias: Bool) -> Bool {
    if case .adapter(let parameters) = source {
      if parameters.tensors.keys.contains(where: { $0.contains("_embedding_") }) { return true }
      // kohya-ss, LyCORIS and diffusers adapt none.
      if parameters.tensors[LoRA.inputFactor] != nil
        || parameters.settings.configuration.peftType == Kohya.peftTypes[0]
      {
        return false
      }
    }
    return !hasBias && weightShape.count < 3 && EmbeddingNames.include(name)
  }

  /// The shape of the weight as it is stored; empty if only tensors of an adapter are known.
  private var weightShape: [Int] {
    if let base { return base.pieces[0].weight.shape }
    if case .adapted(let stored) = source { return stored.pieces[0].weight.shape }
    return []
  }

  /// Whether nothing tells if this is a linear layer: without a base, where LoHa, LoKr and AdaLoRA may have flattened the
  /// weight of a convolution.
  var mayBeConvolution: Bool {
    guard base == nil, case .adapter(let parameters) = source else { return false }
    return parameters.tensors.keys.contains { name in
      ["hada_", "lokr_", "lora_E"].contains { name.hasPrefix($0) }
    }
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
      // LyCORIS may have the kernel in a tensor of its own.
      if let core = parameters.tensors["lora_mid.weight"]?.shape {
        shape = Array(shape.prefix(2)) + core.dropFirst(2)
      }
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
