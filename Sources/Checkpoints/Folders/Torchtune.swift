import Documents

/// LoRA and DoRA adapters under torchtune's own names (`adapter_0.pt`, `adapter_model.pt`), as PEFT has them.
///
///     layers.0.attn.q_proj.lora_a.weight    model.layers.0.self_attn.q_proj.lora_A.weight
///     layers.0.attn.q_proj.magnitude        model.layers.0.self_attn.q_proj.lora_magnitude_vector
///     output.lora_b.weight                  lm_head.lora_B.weight
///
/// Rank and alpha are in the `adapter_config.json` that torchtune writes beside them.
///
/// **Source:** pytorch/torchtune, `models/convert_weights.py` (`_FROM_HF`, `_TO_PEFT_KEYS`), `models/*/_convert_weights.py`.
enum Torchtune {
  private static let modules = [
    "attn.q_proj": "self_attn.q_proj", "attn.k_proj": "self_attn.k_proj",
    "attn.v_proj": "self_attn.v_proj", "attn.output_proj": "self_attn.o_proj",
    "mlp.w1": "mlp.gate_proj", "mlp.w3": "mlp.up_proj", "mlp.w2": "mlp.down_proj",
  ]
  private static let parameters = [
    ".lora_a.weight": "lora_A.weight", ".lora_b.weight": "lora_B.weight",
    ".magnitude": "lora_magnitude_vector", ".magnitude.weight": "lora_magnitude_vector",
  ]
  /// Models whose queries and keys torchtune stores in Meta's order.
  private static let rotated: Set<String> = ["gemma", "gemma2", "llama", "mistral"]
  private static let unrotated: Set<String> = ["qwen2", "qwen3"]

  /// Whether the tensors have torchtune's names. Those of mlx-lm lack the ending.
  static func isOne(_ store: TensorStore) -> Bool {
    store.tensors.contains { $0.name.hasSuffix(".lora_a.weight") }
  }

  /// The tensors under PEFT's names.
  /// - Throws: ``CheckpointError/notRead(file:found:remedy:)`` for a name that torchtune's own conversion does not know.
  static func entries(of store: TensorStore) throws(CheckpointError) -> [AdapterEntry] {
    var entries: [AdapterEntry] = []
    for tensor in store.tensors {
      guard let name = name(of: tensor.name) else {
        throw .notRead(
          file: store.path, found: "'\(tensor.name)' is no name of a LoRA of torchtune",
          remedy: "give the adapter_model.safetensors that torchtune writes beside it")
      }
      entries.append(AdapterEntry(tensor: tensor, name: name))
    }
    return entries
  }

  private static func name(of key: String) -> String? {
    guard let (ending, parameter) = parameters.first(where: { key.hasSuffix($0.key) }) else {
      return nil
    }
    let module = key.dropLast(ending.count)
    if module == "output" { return "lm_head.\(parameter)" }
    let parts = module.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "layers", let layer = Int(parts[1]), layer >= 0,
      let name = modules[String(parts[2])]
    else { return nil }
    return "model.layers.\(layer).\(name).\(parameter)"
  }

  /// The modules whose rows are in another order than those of this base.
  /// - Throws: ``CheckpointError/notRead(file:found:remedy:)`` if the order is not known.
  static func rearranged(
    over base: ModelFolder, file: String
  ) throws(CheckpointError) -> [RearrangedModule] {
    let type = base.textConfiguration["model_type"]?.string ?? "no type"
    if unrotated.contains(type) { return [] }
    guard rotated.contains(type) else {
      throw .notRead(
        file: file,
        found: "the order of rows in which torchtune stores a model of type '\(type)' is not known",
        remedy: "give the adapter_model.safetensors that torchtune writes beside it")
    }
    return [
      RearrangedModule(name: "self_attn.q_proj", order: .alternating, isOfKeys: false),
      RearrangedModule(name: "self_attn.k_proj", order: .alternating, isOfKeys: true),
    ]
  }
}
