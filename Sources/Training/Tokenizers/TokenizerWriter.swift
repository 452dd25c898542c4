import Documents

/// Writes a tokenizer as `transformers` reads it.
public enum TokenizerWriter {
  /// Writes `tokenizer.json` and `tokenizer_config.json` into an existing folder.
  /// - Parameters:
  ///   - tokenizer: What to write.
  ///   - folder: Where; files of these names are replaced.
  /// - Throws: ``TokenizerError/unwritable(path:reason:)``.
  public static func write(
    _ tokenizer: any Tokenizer, to folder: String
  ) throws(TokenizerError) {
    let files = [
      ("tokenizer.json", tokenizer.json()),
      ("tokenizer_config.json", tokenizer.configurationJSON()),
    ]
    for (name, document) in files {
      do {
        try TextFile.write(
          document.line, to: folder.hasSuffix("/") ? folder + name : folder + "/" + name)
      } catch {
        throw .unwritable(path: error.path, reason: error.reason)
      }
    }
  }
}
