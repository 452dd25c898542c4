import Documents

/// LoRA adapters in GGUF files, as llama.cpp's `convert_lora_to_gguf.py` writes them. The factors come under PEFT's names;
/// this says what PEFT's configuration would say, and takes from the base what the file does not know.
enum GGUFAdapter {
  /// `general.type` of such a file.
  static let type = "adapter"

  static func isOne(_ store: TensorStore) -> Bool { store.metadata["general.type"] == type }

  /// The configuration in PEFT's terms. As in llama.cpp, every module is scaled by alpha over its own rank, and by 1
  /// without an alpha.
  /// - Throws: ``CheckpointError/notRead(file:found:remedy:)`` for another kind of adapter than LoRA.
  static func configuration(of store: TensorStore) throws(CheckpointError) -> JSONValue {
    let kind = store.metadata["adapter.type"] ?? "no type"
    guard kind == "lora" else {
      throw .notRead(
        file: store.path, found: "a GGUF adapter of \(kind) is not read",
        remedy: "give the adapter from which it was converted")
    }
    let ranks = store.tensors.filter { $0.shape.count == 2 }.compactMap { tensor in
      [".lora_A.weight", ".lora_embedding_A"].first(where: tensor.name.hasSuffix).map {
        JSONValue.Member(
          key: String(tensor.name.dropLast($0.count)), value: .integer(tensor.shape[0]))
      }
    }
    let rank = ranks.first?.value ?? .integer(0)
    let isUniform = ranks.allSatisfy { $0.value == rank }
    let alpha = store.metadata["adapter.lora.alpha"].flatMap(Double.init) ?? 0
    var members: [JSONValue.Member] = [
      JSONValue.Member(key: "peft_type", value: .string("LORA")),
      JSONValue.Member(key: "r", value: rank),
      JSONValue.Member(key: "lora_alpha", value: alpha == 0 ? rank : .double(alpha)),
    ]
    if !isUniform {
      members.append(JSONValue.Member(key: "rank_pattern", value: .object(ranks)))
      if alpha == 0 {
        members.append(JSONValue.Member(key: "alpha_pattern", value: .object(ranks)))
      }
    }
    if let tokens = store.metadata["adapter.alora.invocation_tokens"],
      let list = try? JSONValue(parsing: Array(tokens.utf8))
    {
      members.append(JSONValue.Member(key: "alora_invocation_tokens", value: list))
    }
    return .object(members)
  }
}

extension GGUFAdapter {
  /// The modules whose rows are in another order, and which cannot be put right without a base, because the file does not
  /// say how many heads it has.
  static func rearranged(_ store: TensorStore) -> [RearrangedModule] {
    guard let name = store.metadata["general.architecture"],
      let architecture = GGUFArchitecture.all[name]
    else { return [] }
    return architecture.inside.sorted { $0.key < $1.key }.compactMap { component, module in
      let isKnown = GGUFArchitecture.headCounts(of: component).contains {
        store.metadata["\(name).\($0)"] != nil
      }
      return isKnown
        ? nil
        : architecture.rowOrder(of: component).map {
          RearrangedModule(name: module, order: $0, isOfKeys: component == "attn_k")
        }
    }
  }
}
