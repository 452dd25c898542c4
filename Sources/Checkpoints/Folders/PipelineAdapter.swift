import Documents

/// An adapter of a pipeline of diffusers, whose header holds PEFT's configuration of each part:
///
///     unet.mid_block.attn.to_q.lora.down.weight
///     __metadata__: lora_adapter_metadata    {"unet.r": 16, "unet.lora_alpha": 8, "text_encoder.r": 4, …}
///
/// One configuration stands for all parts: where they differ in rank or alpha, its patterns say so.
///
/// **Source:** diffusers, `loaders/lora_base.py` (`LORA_ADAPTER_METADATA_KEY`), `utils/state_dict_utils.py`
/// (`PEFT_TO_DIFFUSERS`).
struct PipelineAdapter {
  private struct Part {
    let name: String
    var fields: [JSONValue.Member]

    subscript(key: String) -> JSONValue? { fields.first { $0.key == key }?.value }
  }

  private let store: TensorStore
  /// At least one.
  private let parts: [Part]

  /// Nil for other files.
  /// - Throws: ``CheckpointError/notRead(file:found:remedy:)`` if what the header says is no JSON.
  init?(_ store: TensorStore) throws(CheckpointError) {
    guard let text = store.metadata["lora_adapter_metadata"] else { return nil }
    var parts: [Part] = []
    for member in try Self.members(text, of: store) {
      guard let dot = member.key.firstIndex(of: ".") else { continue }
      let name = String(member.key[..<dot])
      let field = JSONValue.Member(
        key: String(member.key[member.key.index(after: dot)...]), value: member.value)
      if let place = parts.firstIndex(where: { $0.name == name }) {
        parts[place].fields.append(field)
      } else {
        parts.append(Part(name: name, fields: [field]))
      }
    }
    if parts.isEmpty { return nil }
    self.store = store
    self.parts = parts
  }

  private static func members(
    _ text: String, of store: TensorStore
  ) throws(CheckpointError) -> [JSONValue.Member] {
    do {
      return try JSONValue(parsing: Array(text.utf8), dialect: .python).members
    } catch {
      throw .notRead(
        file: store.path,
        found: "'lora_adapter_metadata' of its header is no valid JSON at byte \(error.offset)",
        remedy: "save it again with save_lora_weights of diffusers")
    }
  }

  /// What PEFT's configuration would say.
  /// - Throws: ``CheckpointError/notRead(file:found:remedy:)`` if the parts differ in more than rank and alpha.
  func configuration() throws(CheckpointError) -> JSONValue {
    var members = parts.count == 1 ? parts[0].fields : try joined()
    members.removeAll { $0.key == "peft_type" }
    members.append(JSONValue.Member(key: "peft_type", value: .string("LORA")))
    return .object(members)
  }

  /// The tensors by PEFT's names, those of one part by their names in that part.
  func entries() -> [AdapterEntry] {
    store.tensors.map { tensor in
      var name = tensor.name
      if parts.count == 1, name.hasPrefix("\(parts[0].name).") {
        name = String(name.dropFirst(parts[0].name.count + 1))
      }
      for (ending, own) in Self.endings where name.hasSuffix(ending) {
        name = String(name.dropLast(ending.count)) + own
      }
      return AdapterEntry(tensor: tensor, name: name)
    }
  }

  private static let endings = [
    (".lora.down.weight", ".lora_A.weight"), (".lora.up.weight", ".lora_B.weight"),
    (".lora_linear_layer.down.weight", ".lora_A.weight"),
    (".lora_linear_layer.up.weight", ".lora_B.weight"),
  ]

  /// Fields that decide what the factors mean and of which a configuration has one value.
  private static let common = [
    "use_rslora", "use_dora", "init_lora_weights", "fan_in_fan_out", "lora_bias", "use_bdlora",
    "use_qalora", "arrow_config", "layer_replication", "target_parameters",
    "trainable_token_indices", "alora_invocation_tokens",
  ]

  private func joined() throws(CheckpointError) -> [JSONValue.Member] {
    let first = parts[0]
    var members: [JSONValue.Member] = []
    for key in Self.common {
      if let other = parts.first(where: { $0[key] != first[key] }) {
        throw .notRead(
          file: store.path,
          found: "its parts '\(first.name)' and '\(other.name)' differ in '\(key)'",
          remedy: "save each part in a file of its own")
      }
      if let value = first[key] { members.append(JSONValue.Member(key: key, value: value)) }
    }
    for (key, pattern) in [("r", "rank_pattern"), ("lora_alpha", "alpha_pattern")] {
      if let value = first[key] { members.append(JSONValue.Member(key: key, value: value)) }
      let entries = parts.flatMap { patterns(of: $0, key, pattern) }
      members.append(JSONValue.Member(key: pattern, value: .object(entries)))
    }
    return members
  }

  /// The patterns of a part, bound to its modules; then its own value where it is not that of the first part.
  private func patterns(
    of part: Part, _ key: String, _ pattern: String
  ) -> [JSONValue.Member] {
    let start = "^\(part.name)\\."
    var entries = (part[pattern]?.members ?? []).map { member in
      // PEFT takes a key for the end of a name, unless it is bound to the beginning.
      let end =
        member.key.hasPrefix("^")
        ? "(?:\(member.key.dropFirst()))" : "(?:.*\\.)?(?:\(member.key))"
      return JSONValue.Member(key: start + end, value: member.value)
    }
    if let value = part[key], value != parts[0][key] {
      entries.append(JSONValue.Member(key: start + ".*", value: value))
    }
    return entries
  }
}
