import Documents

/// Adapters that other trainers than PEFT save, recognised by the names of their tensors or the fields of their
/// configuration, and what PEFT's configuration would say of them.
///
///     FILE.safetensors                              kohya-ss, LyCORIS, diffusers
///     FOLDER/pytorch_lora_weights.safetensors       diffusers
///     FOLDER/adapter_config.json, adapters.safetensors   mlx-lm
enum ForeignAdapter {
  /// The configuration of a file that holds an adapter without one; nil if it holds none.
  static func configuration(of store: TensorStore) -> JSONValue? {
    let isAdapter = store.tensors.contains { tensor in
      endings.contains { tensor.name.hasSuffix($0) }
    }
    // A state dictionary of a model that PEFT has wrapped holds adapters too, but under the wrapper.
    let isWrapped = store.tensors.contains { $0.name.contains(".base_layer.") }
    guard isAdapter, !isWrapped else { return nil }
    return diffusersConfiguration(store)
      ?? .object([JSONValue.Member(key: "peft_type", value: .string("KOHYA"))])
  }

  /// The ends of names that only adapters have.
  private static let endings = [
    ".lora_down.weight", ".lora.down.weight", ".lora_linear_layer.down.weight", ".lora_A.weight",
    ".hada_w1_a", ".lokr_w1", ".lokr_w1_a",
  ]

  /// What diffusers writes of PEFT's configuration into the metadata, with the part of the pipeline before each field:
  /// `{"transformer.r": 16, …}`. Nil if there is none, or if the file adapts several parts.
  private static func diffusersConfiguration(_ store: TensorStore) -> JSONValue? {
    guard let text = store.metadata["lora_adapter_metadata"],
      let document = try? JSONValue(parsing: Array(text.utf8))
    else { return nil }
    let parts = Set(document.members.compactMap { $0.key.split(separator: ".").first })
    guard parts.count == 1, let part = parts.first else { return nil }
    var members = document.members.map { member in
      JSONValue.Member(key: String(member.key.dropFirst(part.count + 1)), value: member.value)
    }
    members.removeAll { $0.key == "peft_type" }
    members.append(JSONValue.Member(key: "peft_type", value: .string("LORA")))
    return .object(members)
  }

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
