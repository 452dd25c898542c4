/// The hashes of what models compute with, each computed when it is first asked for and kept.
package struct ContentHashes {
  private var known: [String: String] = [:]

  package init() {}

  /// - Throws: As `ModelFolder.contentHash()`.
  package mutating func hash(of model: ModelFolder) throws -> String {
    if let hash = known[model.path] { return hash }
    let hash = try model.contentHash()
    known[model.path] = hash
    return hash
  }
}
