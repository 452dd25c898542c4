extension Run {
  /// What a user should know of a base that is not the one of training; nil if it is, or if nothing recorded its contents.
  /// - Parameters:
  ///   - base: Another than the run names, or the same path with other contents.
  ///   - hash: That of the base (``ModelFolder/contentHash()``), asked for only if the run recorded one.
  /// - Throws: What `hash` throws.
  package func fault(ofBase base: ModelFolder, hash: () throws -> String) rethrows -> String? {
    guard let baseHash else { return nil }
    let found = try hash()
    guard found != baseHash else { return nil }
    let named = baseName.map { "'\($0)' as it was then" } ?? "another"
    return
      "the base '\(base.path)' is not the one that was trained on, which was \(named): its weights, configuration or "
      + "tokenizer differ (hash \(found.prefix(8))…, recorded \(baseHash.prefix(8))…), so numbers that depend on the base "
      + "may be wrong; --base gives another"
  }

  /// The same, computing the hash in one pass over the base.
  package func fault(ofBase base: ModelFolder) throws -> String? {
    try fault(ofBase: base) { try base.contentHash() }
  }
}
