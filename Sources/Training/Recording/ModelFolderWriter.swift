import Checkpoints
import Foundation

extension DecoderModel {
  /// Writes a genuine Hugging Face folder: `config.json`, `model.safetensors`, the tokenizer.
  /// - Parameters:
  ///   - path: The folder; it appears whole or not at all, and one that is there is replaced.
  ///   - tokenizer: Its files are written beside the weights.
  ///   - extra: Further text files by name.
  /// - Throws: ``TrainingError/cannotWrite(path:reason:)``.
  public func write(
    to path: String, tokenizer: any Tokenizer, extra: [String: String] = [:]
  ) throws {
    let folder = try StagedFolder(path)
    do {
      try write(in: folder, tokenizer: tokenizer)
      for (name, text) in extra { try folder.write(text, to: name) }
      try folder.commit()
    } catch {
      folder.discard()
      throw error
    }
  }

  /// Writes the files of a model into a folder that is being made.
  func write(in folder: StagedFolder, tokenizer: any Tokenizer) throws {
    try folder.write(
      configurationText(endToken: tokenizer.endToken, paddingToken: tokenizer.paddingToken),
      to: "config.json")
    let weights = folder.staging.appendingPathComponent("model.safetensors")
    try StagedFolder.naming(weights.path) {
      try SafetensorsWriter.write(entries, metadata: ["format": "pt"], to: weights.path)
    }
    try StagedFolder.naming(folder.staging.path) {
      try TokenizerWriter.write(tokenizer, to: folder.staging.path)
    }
  }
}
