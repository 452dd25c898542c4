package import Adapters
package import Documents
package import Spectra

/// How many attention heads a model has, and which of its weights are made of them.
///
/// Only weights of one projection are recognised. Fused ones (`c_attn`, `qkv_proj`, `query_key_value`, `Wqkv`) hold the
/// heads of q, k and v in an order that each family has for itself, so they are left out.
package struct HeadLayout: Sendable {
  private let heads: Int, keyValueHeads: Int
  /// The width of a head; nil if the configuration says neither this nor the width of the model.
  private let width: Int?
  /// Whether the counts are only those of the language model of several.
  private let isNested: Bool

  /// Nil if the configuration does not say how many heads there are.
  /// - Parameter configuration: `config.json` of the base.
  package init?(_ configuration: JSONValue) {
    let nested = configuration["text_config"]
    let fields = nested ?? configuration
    func count(_ names: String...) -> Int? {
      names.lazy.compactMap { fields[$0]?.integer }.first { (1...1 << 20).contains($0) }
    }
    guard let heads = count("num_attention_heads", "n_head", "n_heads", "num_heads") else {
      return nil
    }
    self.heads = heads
    keyValueHeads = count("num_key_value_heads", "num_kv_heads") ?? heads
    let model = count("hidden_size", "n_embd", "d_model", "dim")
    width =
      count("head_dim", "d_kv")
      ?? model.flatMap { $0.isMultiple(of: heads) ? $0 / heads : nil }
    isNested = nested != nil
  }

  /// The heads of a weight; nil if it has none, or if its shape does not agree with the configuration.
  /// - Parameters:
  ///   - module: The name of the weight without `.weight`.
  ///   - layout: How the weight is stored.
  ///   - shape: As stored.
  package func blocks(of module: String, layout: WeightLayout, shape: OrientedShape) -> HeadBlocks?
  {
    let parts = module.lowercased().split(separator: ".")
    guard let kind = parts.last.map(String.init), let role = Self.roles[kind],
      parts.contains(where: { $0.contains("att") && !$0.contains("linear") }),
      !(isNested && parts.contains { $0.contains("vis") || $0.contains("audio") })
    else { return nil }
    let count = role == .keyValue ? keyValueHeads : heads
    // Heads are output features of q, k and v, and input features of o.
    let side: Side = (role == .output) == (layout == .outByIn) ? .right : .left
    let length = side == .left ? shape.rows : shape.columns
    if let width, width * count != length { return nil }
    return HeadBlocks(side: side, count: count, of: shape)
  }

  private enum Role { case query, keyValue, output }

  /// The last parts of names, in lower case.
  private static let roles: [String: Role] = [
    "q_proj": .query, "query": .query, "q_lin": .query, "q": .query, "wq": .query,
    "query_proj": .query,
    "k_proj": .keyValue, "key": .keyValue, "k_lin": .keyValue, "k": .keyValue, "wk": .keyValue,
    "key_proj": .keyValue, "v_proj": .keyValue, "value": .keyValue, "v_lin": .keyValue,
    "v": .keyValue, "wv": .keyValue, "value_proj": .keyValue,
    "o_proj": .output, "out_proj": .output, "out_lin": .output, "o": .output, "wo": .output,
    "dense": .output, "c_proj": .output,
  ]
}
