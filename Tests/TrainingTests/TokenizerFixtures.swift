import Checkpoints
import Documents
import Foundation
import Testing
import Training

/// A folder of one test, removed with the last reference to it: hence a class.
final class TokenizerFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "sigmascope-tokenizer-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A copy of a fixture whose `tokenizer.json` has one text replaced.
  convenience init(_ name: String, replacing old: String, by new: String) throws {
    try self.init()
    let text = try String(
      contentsOfFile: TokenizerFixtures.folder(name) + "/tokenizer.json", encoding: .utf8)
    try #require(text.contains(old))
    try write("tokenizer.json", text.replacingOccurrences(of: old, with: new))
    try write("tokenizer_config.json", #"{"eos_token": {"content": "<|end|>"}}"#)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
  }
}

enum TokenizerFixtures {
  static func folder(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/training/tokenizers/" + name).path
  }

  static let demonstrationBase = URL(fileURLWithPath: folder("")).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("notebooks-data/tiny-qwen2-grpo/base").path

  static func document(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: folder(name)))))
  }

  static func golden() throws -> JSONValue { try document("golden.json") }

  /// A vocabulary of words as a file, with this split.
  static func words(_ preTokenizer: String, decoder: String = "null") throws -> TokenizerFolder {
    let folder = try TokenizerFolder()
    try folder.write(
      "tokenizer.json",
      """
      {"added_tokens": [], "normalizer": null, "pre_tokenizer": \(preTokenizer),
       "decoder": \(decoder), "model": {"type": "WordLevel", "unk_token": "<unk>",
       "vocab": {"<unk>": 0, "go": 1, "left": 2, ",": 3, "<eos>": 4}}}
      """)
    try folder.write("config.json", #"{"eos_token_id": [4, 0], "pad_token_id": null}"#)
    return folder
  }
}
