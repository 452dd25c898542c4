package import Documents

/// The small files beside the weights of a model, each read once. All who need one get the same bytes, also if the file
/// is overwritten meanwhile, and a hash is of the bytes that were used.
package struct ModelTexts: Sendable {
  package let folder: String
  private let contents: [String: [UInt8]]

  static let configuration = "config.json"
  static let names = [
    configuration, "generation_config.json", "tokenizer.json", "tokenizer_config.json",
  ]

  /// - Throws: `TextFile.Fault` for a file that is there but cannot be read.
  package init(folder: String) throws(TextFile.Fault) {
    var contents: [String: [UInt8]] = [:]
    for name in Self.names {
      contents[name] = try TextFile.bytes(ifAt: FileSystem.join(folder, name))
    }
    self.folder = folder
    self.contents = contents
  }

  /// The bytes of a file; nil if there is none of this name.
  package func bytes(of name: String) -> [UInt8]? { contents[name] }
}
