/// The order in which kinds of module are shown.
enum KindOrder {
  /// Attention first, then the feed-forward part, as data flows through a layer; others by name.
  static func of(_ kinds: Set<String>) -> [String] {
    let flow = [
      "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj",
    ]
    return kinds.sorted {
      (flow.firstIndex(of: $0) ?? flow.count, $0) < (flow.firstIndex(of: $1) ?? flow.count, $1)
    }
  }
}
