/// A spelling of names that differs between libraries or their versions, brought to one form.
///
/// A name is a list of components, such as `model`, `layers`, `0`, `q_proj`, `weight`. Two names mean the same tensor if
/// all rules together give them the same form. A rule is applied to the names of both sides, so it does not matter
/// which of them is the older one.
enum NameRule {
  /// All rules, in the order in which they are applied.
  static let all: [@Sendable ([Substring]) -> [Substring]] = [
    wrappers, nesting, vision, layerNorm, weightNorm, experts, heads,
  ]

  /// Wrappers that a trainer puts around a module: PyTorch's FSDP, activation checkpointing, `torch.compile` and
  /// distributed data parallel.
  @Sendable static func wrappers(_ components: [Substring]) -> [Substring] {
    let rest = components.filter {
      $0 != "_fsdp_wrapped_module" && $0 != "_checkpoint_wrapped_module" && $0 != "_orig_mod"
        && $0 != "_forward_module"
    }
    return rest.first == "module" ? Array(rest.dropFirst()) : rest
  }

  /// Where models of several parts keep their language model: `language_model.model.layers` (before transformers 4.52),
  /// `model.language_model.layers` (since), `model.layers` (the files of Qwen2-VL).
  @Sendable static func nesting(_ components: [Substring]) -> [Substring] {
    var rest = components[...]
    // A parameter of the model itself, such as `model.image_newline`, keeps its only name.
    while rest.count > 1, rest.first == "model" || rest.first == "language_model",
      rest.count > 2 || rest.last != "weight" && rest.last != "bias"
    {
      rest = rest.dropFirst()
    }
    return Array(rest)
  }

  /// Vision transformers and their kin before and since transformers 5: ViT, DeiT, BEiT, DINOv2, Swin, SegFormer, DETR.
  @Sendable static func vision(_ components: [Substring]) -> [Substring] {
    components.replacing([
      (["encoder", "layer"], ["layers"]),
      (["decoder_encoder", "layer"], ["decoder_layers"]),
      (["attention", "attention", "query"], ["attention", "q_proj"]),
      (["attention", "attention", "key"], ["attention", "k_proj"]),
      (["attention", "attention", "value"], ["attention", "v_proj"]),
      (["attention", "attention", "q_bias"], ["attention", "q_proj", "bias"]),
      (["attention", "attention", "v_bias"], ["attention", "v_proj", "bias"]),
      (["attention", "self", "query"], ["attention", "q_proj"]),
      (["attention", "self", "key"], ["attention", "k_proj"]),
      (["attention", "self", "value"], ["attention", "v_proj"]),
      (["attention", "self", "sr"], ["attention", "sequence_reduction", "sequence_reduction"]),
      (["attention", "self", "layer_norm"], ["attention", "sequence_reduction", "layer_norm"]),
      (["attention", "self"], ["attention"]),
      (["attention", "output", "dense"], ["attention", "o_proj"]),
      (
        ["relative_position_bias", "relative_position_bias_table"], ["relative_position_bias_table"]
      ),
      (["intermediate", "dense"], ["mlp", "fc1"]),
      (["output", "dense"], ["mlp", "fc2"]),
      (["mlp", "dense1"], ["mlp", "fc1"]),
      (["mlp", "dense2"], ["mlp", "fc2"]),
      (["layers", "#", "fc1"], ["layers", "#", "mlp", "fc1"]),
      (["layers", "#", "fc2"], ["layers", "#", "mlp", "fc2"]),
      (["encoder", "block", "#"], ["stages", "#", "blocks"]),
      (["encoder", "layer_norm", "#"], ["stages", "#", "layer_norm"]),
      (["encoder", "patch_embeddings", "#"], ["stages", "#", "patch_embeddings"]),
      (["layer_norm_1"], ["layernorm_before"]),
      (["layer_norm_2"], ["layernorm_after"]),
      (["decode_head", "linear_c"], ["decode_head", "linear_projections"]),
      (["conv_encoder"], []),
      (["out_proj"], ["o_proj"]),
    ])
  }

  /// The gain and the shift of a layer normalisation in checkpoints that were made from TensorFlow's.
  @Sendable static func layerNorm(_ components: [Substring]) -> [Substring] {
    guard components.count > 1, let last = components.last,
      components[components.count - 2].lowercased().replacing("_", with: "").hasSuffix("layernorm")
    else { return components }
    switch last {
    case "gamma": return components.dropLast() + ["weight"]
    case "beta": return components.dropLast() + ["bias"]
    default: return components
    }
  }

  /// The length and the direction of a weight-normalised weight, before and since PyTorch's parametrizations.
  @Sendable static func weightNorm(_ components: [Substring]) -> [Substring] {
    components.replacing([
      (["weight_g"], ["parametrizations", "weight", "original0"]),
      (["weight_v"], ["parametrizations", "weight", "original1"]),
    ])
  }

  /// The experts of Mixtral, Phi-MoE and Granite, those of Qwen-MoE, OLMoE and DeepSeek, and what chooses among them.
  @Sendable static func experts(_ components: [Substring]) -> [Substring] {
    let renamed = components.replacing([
      (["block_sparse_moe", "input_linear", "weight"], ["mlp", "experts", "gate_up_proj"]),
      (["block_sparse_moe", "output_linear", "weight"], ["mlp", "experts", "down_proj"]),
      (["block_sparse_moe", "router", "layer"], ["mlp", "gate"]),
      (["block_sparse_moe", "router"], ["mlp", "gate"]),
      (["block_sparse_moe"], ["mlp"]),
      (["mlp", "router"], ["mlp", "gate"]),
      (["gate", "moe_statics"], ["moe_statics"]),
    ])
    guard let experts = renamed.firstIndex(of: "experts"), experts + 2 < renamed.count,
      renamed[experts + 1].allSatisfy(\.isNumber)
    else { return renamed }
    return renamed[...experts]
      + renamed[(experts + 1)...].map {
        ["w1": "gate_proj", "w3": "up_proj", "w2": "down_proj"][$0] ?? $0
      }
  }

  /// The output head of GPT-NeoX.
  @Sendable static func heads(_ components: [Substring]) -> [Substring] {
    components.first == "embed_out" ? ["lm_head"] + components.dropFirst() : components
  }
}

extension [Substring] {
  /// Replaces parts of the list. Each place is replaced at most once, by the first pair that fits there. `#` stands for a
  /// number, which stays.
  fileprivate func replacing(_ pairs: [(old: [Substring], new: [Substring])]) -> [Substring] {
    var result: [Substring] = []
    var place = startIndex
    while place < endIndex {
      let rest = self[place...]
      if let pair = pairs.first(where: { rest.starts(with: $0.old, by: Self.fits) }) {
        let number = zip(rest, pair.old).first { $1 == "#" }?.0
        result += pair.new.map { $0 == "#" ? number ?? $0 : $0 }
        place += pair.old.count
      } else {
        result.append(self[place])
        place += 1
      }
    }
    return result
  }

  private static func fits(_ component: Substring, _ pattern: Substring) -> Bool {
    component == pattern || pattern == "#" && component.allSatisfy(\.isNumber)
  }
}
