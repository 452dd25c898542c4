package import Documents

/// Writes a tokenizer as `transformers` reads it.
package enum TokenizerWriter {
  /// Writes `tokenizer.json` and `tokenizer_config.json` into an existing folder.
  /// - Parameters:
  ///   - tokenizer: What to write.
  ///   - folder: Where; files of these names are replaced.
  /// - Throws: `OutputError`.
  package static func write(_ tokenizer: any Tokenizer, to folder: String) throws(OutputError) {
    try AtomicFile.write(tokenizer.json().line, to: "\(folder)/tokenizer.json")
    try AtomicFile.write(tokenizer.configurationJSON().line, to: "\(folder)/tokenizer_config.json")
  }
}
