import Checkpoints
package import Documents

extension DecoderModel {
  /// Writes a Hugging Face folder: `config.json`, `model.safetensors`, the tokenizer, and a marker of this program.
  /// - Parameters:
  ///   - path: The folder. It appears whole or not at all. An existing model is replaced only if this program wrote it:
  ///     those of others have files of the same names.
  ///   - tokenizer: Its files are written next to the weights.
  /// - Throws: `OutputError`.
  package func write(to path: String, tokenizer: any Tokenizer) throws(OutputError) {
    try AtomicFolder.write(to: path, replacing: .marked) { (folder) throws(OutputError) in
      try write(in: folder, tokenizer: tokenizer)
    }
  }

  /// Writes the files of a model into a folder that is being written.
  func write(in folder: AtomicFolder, tokenizer: any Tokenizer) throws(OutputError) {
    try folder.write(
      configurationText(endToken: tokenizer.endToken, paddingToken: tokenizer.paddingToken),
      to: "config.json")
    try SafetensorsWriter.write(
      entries, metadata: ["format": "pt"], to: "\(folder.path)/model.safetensors")
    try TokenizerWriter.write(tokenizer, to: folder.path)
  }
}
