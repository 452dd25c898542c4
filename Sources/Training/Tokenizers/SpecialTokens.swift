import Checkpoints
import Documents

/// The tokens with a role, as the files of a folder name them.
struct SpecialTokens {
  let begin: Int?
  let end: Int
  let padding: Int?

  init(begin: Int?, end: Int, padding: Int?) {
    self.begin = begin
    self.end = end
    self.padding = padding
  }

  /// - Parameters:
  ///   - source: The files of the folder.
  ///   - id: Gives the number of a token of the vocabulary or of an added token.
  init(_ source: TokenizerSource, id: (String) -> Int?) throws(TokenizerError) {
    guard let end = try Self.token("eos", source, id) else {
      throw .noEndToken(folder: source.folder)
    }
    self.end = end
    padding = try Self.token("pad", source, id)
    begin = try Self.templateStart(source, id)
  }

  private static func token(
    _ role: String, _ source: TokenizerSource, _ id: (String) -> Int?
  ) throws(TokenizerError) -> Int? {
    // Written as text, or as an object with the text and how to match it.
    let named = source.configuration[role + "_token"]
    if let text = named?.string ?? named?["content"]?.string {
      guard let id = id(text) else {
        throw .unknownToken(file: source.configurationFile, token: text, role: role)
      }
      return id
    }
    for (path, document) in source.modelFiles {
      let key = role + "_token_id"
      guard let value = document[key], !value.isNull else { continue }
      // There may be a list of end tokens; the first one is the model's own.
      guard let id = value.integer ?? value.array?.first?.integer else {
        throw .malformed(file: path, key: key, expected: "a token number")
      }
      // Older configurations say -1 for none.
      if id >= 0 { return id }
    }
    return nil
  }

  /// The special token that a template puts before a single text.
  private static func templateStart(
    _ source: TokenizerSource, _ id: (String) -> Int?
  ) throws(TokenizerError) -> Int? {
    let processor = source.document["post_processor"] ?? .null
    let all = processor["processors"]?.array ?? [processor]
    guard let template = all.first(where: { $0["type"]?.string == "TemplateProcessing" }),
      let name = template["single"]?.array?.first?["SpecialToken"]?["id"]?.string
    else { return nil }
    guard let id = id(name) else {
      throw .unknownToken(file: source.file, token: name, role: "bos")
    }
    return id
  }
}
