import Checkpoints
package import Documents

extension DecoderModel {
  /// Writes a Hugging Face folder: `config.json`, `model.safetensors` and the tokenizer.
  /// - Parameters:
  ///   - path: The folder. It appears whole or not at all; an existing model is replaced.
  ///   - tokenizer: Its files are written next to the weights.
  ///   - extra: Further text files by name.
  /// - Throws: `OutputError`.
  package func write(
    to path: String, tokenizer: any Tokenizer, extra: [String: String] = [:]
  ) throws(OutputError) {
    try AtomicFolder.write(to: path) { (folder) throws(OutputError) in
      try write(in: folder, tokenizer: tokenizer)
      for (name, text) in extra { try folder.write(text, to: name) }
    }
  }

  /// The files that ``write(to:tokenizer:extra:)`` makes without extra ones. A folder that holds others is not
  /// replaced.
  package static var fileNames: [String] {
    ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"]
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
