extension GGUFArchitecture {
  /// The order of the rows of a part of a layer; nil if it is that of the model's library.
  func rowOrder(of component: String) -> RowOrder? {
    switch component {
    case "attn_q", "attn_k": isRotated ? .alternating : nil
    case "attn_qkv": sortsQueriesKeysValues ? .sorted : nil
    default: nil
    }
  }

  /// Where a file says how many heads the rows of a part belong to: the first of these keys that is there.
  static func headCounts(of component: String) -> [String] {
    (component == "attn_k" ? ["attention.head_count_kv"] : []) + ["attention.head_count"]
  }
}
