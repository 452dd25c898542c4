import Documents

/// A module of an adapter whose rows another program stores in its own order.
struct RearrangedModule {
  /// The end of its name, such as `self_attn.q_proj`.
  let name: String
  let order: RowOrder
  /// Whether its rows divide among the heads of keys instead of those of queries.
  let isOfKeys: Bool
}

extension AdapterFolder {
  /// The same adapter with its rows in the order of the base. Adapters of llama.cpp and torchtune have another order, and
  /// do not say how many heads the rows belong to. Without it, norms and singular values are right.
  /// - Throws: ``CheckpointError/notRead(file:found:remedy:)`` if the base does not say it, or if they do not divide.
  package func arranged(over base: ModelFolder) throws(CheckpointError) -> AdapterFolder {
    let modules =
      GGUFAdapter.isOne(weights)
      ? GGUFAdapter.rearranged(weights)
      : Torchtune.isOne(weights) ? try Torchtune.rearranged(over: base, file: weights.path) : []
    var arranged = self
    for module in modules {
      let heads = base.headCount(isOfKeys: module.isOfKeys)
      for (index, entry) in entries.enumerated()
      where Self.rowParameters.contains(where: { entry.name.hasSuffix("\(module.name).\($0)") }) {
        let rows = entry.tensor.shape.first ?? 1
        guard let heads, (1...1 << 20).contains(heads),
          let layout = module.order.layout(
            rows: rows, columns: rows == 0 ? 0 : entry.tensor.elementCount / rows, heads: heads)
        else {
          throw .notRead(
            file: weights.path,
            found:
              "the rows of '\(entry.name)' are in another order than those of transformers, and the base "
              + (heads.map { "has \($0) heads, among which they do not divide" }
                ?? "does not say how many heads it has"),
            remedy: "give the base as a folder with its config.json, \(BaseAdvice.words)")
        }
        arranged.entries[index].tensor = entry.tensor.stored(layout)
      }
    }
    return arranged
  }

  /// The parameters of LoRA and DoRA that have a row, or a number, for each output.
  private static let rowParameters = ["lora_B.weight", "lora_magnitude_vector"]
}

extension ModelFolder {
  /// How many heads of queries, or of keys, the model says it has.
  fileprivate func headCount(isOfKeys: Bool) -> Int? {
    let fields = (isOfKeys ? ["num_key_value_heads"] : []) + ["num_attention_heads", "n_head"]
    if let count = fields.lazy.compactMap({ textConfiguration[$0]?.integer }).first { return count }
    guard let architecture = weights.metadata["general.architecture"] else { return nil }
    return GGUFArchitecture.headCounts(of: isOfKeys ? "attn_k" : "attn_q").lazy
      .compactMap { weights.metadata["\(architecture).\($0)"].flatMap(Int.init) }.first
  }
}
