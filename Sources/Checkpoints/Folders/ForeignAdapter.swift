import Documents

/// Adapters that other trainers than PEFT save, recognised by the names of their tensors or the fields of their
/// configuration, and what PEFT's configuration would say of them.
///
///     FILE.safetensors                              kohya-ss, LyCORIS, diffusers
///     FOLDER/pytorch_lora_weights.safetensors       diffusers
///     FOLDER/adapter_config.json, adapters.safetensors   mlx-lm
///     FILE.gguf                                     llama.cpp
///     FOLDER/adapter_config.json, adapter_0.pt      torchtune
enum ForeignAdapter {
  /// The configuration of a file that holds an adapter without one; nil if it holds none.
  /// - Throws: ``CheckpointError/notRead(file:found:remedy:)``.
  static func configuration(of store: TensorStore) throws(CheckpointError) -> JSONValue? {
    if GGUFAdapter.isOne(store) { return try GGUFAdapter.configuration(of: store) }
    if Torchtune.isOne(store) {
      throw .notRead(
        file: store.path,
        found: "the adapter_config.json that has torchtune's rank and alpha is not beside it",
        remedy:
          #"copy it there, or write {"peft_type": "LORA", "r": RANK, "lora_alpha": ALPHA} into it"#)
    }
    // The scale of PEFT's own is only in adapter_config.json.
    guard isAdapter(store), !store.tensors.contains(where: { $0.name.hasPrefix(peftPrefix) }) else {
      return nil
    }
    if let pipeline = try PipelineAdapter(store) { return try pipeline.configuration() }
    return .object([JSONValue.Member(key: "peft_type", value: .string("KOHYA"))])
  }

  /// Whether a file holds an adapter, of PEFT or of another trainer.
  static func isAdapter(_ store: TensorStore) -> Bool {
    // A state dictionary of a model that PEFT has wrapped holds adapters too, but under the wrapper.
    GGUFAdapter.isOne(store)
      || store.tensors.contains { tensor in endings.contains { tensor.name.hasSuffix($0) } }
        && !store.tensors.contains { $0.name.contains(".base_layer.") }
  }

  /// Whether an `adapter_config.json` beside a file of any name may be its own: of PEFT, or of torchtune, which writes PEFT's.
  static func mayBelongToPEFT(_ store: TensorStore) -> Bool {
    if GGUFAdapter.isOne(store) { return false }
    return Torchtune.isOne(store)
      || store.tensors.contains {
        $0.name.hasPrefix(peftPrefix) || $0.name.hasSuffix(".lora_A.weight")
      }
  }

  private static let peftPrefix = "base_model.model."

  /// The ends of names that only adapters have.
  private static let endings = [
    ".lora_down.weight", ".lora.down.weight", ".lora_linear_layer.down.weight", ".lora_A.weight",
    ".lora_a.weight",
    ".hada_w1_a", ".lokr_w1", ".lokr_w1_a",
  ]

  /// The configuration of an adapter of mlx-lm in PEFT's terms; nil if it is no such configuration.
  static func mlxConfiguration(_ document: JSONValue) -> JSONValue? {
    guard document["peft_type"] == nil, let parameters = document["lora_parameters"],
      let scale = parameters["scale"]
    else { return nil }
    var members: [JSONValue.Member] = [
      JSONValue.Member(key: "peft_type", value: .string("MLX")),
      JSONValue.Member(key: "lora_alpha", value: scale),
    ]
    if let rank = parameters["rank"] {
      members.append(JSONValue.Member(key: "r", value: rank))
    }
    if let base = document["model"] {
      members.append(JSONValue.Member(key: "base_model_name_or_path", value: base))
    }
    return .object(members)
  }
}
