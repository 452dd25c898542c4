import Checkpoints
import Documents

/// The files of a folder that describe its tokenizer.
struct TokenizerSource {
  let folder: String
  /// The path of `tokenizer.json`.
  let file: String
  let document: JSONValue
  /// The content of `tokenizer_config.json`; an empty object if there is none.
  let configuration: JSONValue
  let configurationFile: String
  /// `config.json` and `generation_config.json`, in this order, as far as they exist.
  let modelFiles: [(path: String, document: JSONValue)]

  init(_ texts: ModelTexts) throws(TokenizerError) {
    folder = texts.folder
    file = Self.path(folder, "tokenizer.json")
    guard let document = try Self.document("tokenizer.json", texts) else {
      let model = Self.path(folder, "tokenizer.model")
      if try Self.exists(model) {
        throw .unsupported(
          file: model, part: "the tokenizer", found: "a SentencePiece model", known: Self.known)
      }
      throw .notFound(folder: folder)
    }
    self.document = document
    configurationFile = Self.path(folder, "tokenizer_config.json")
    configuration = try Self.document("tokenizer_config.json", texts) ?? .object([])
    var modelFiles: [(path: String, document: JSONValue)] = []
    for name in ["config.json", "generation_config.json"] {
      if let document = try Self.document(name, texts) {
        modelFiles.append((Self.path(folder, name), document))
      }
    }
    self.modelFiles = modelFiles
  }

  static let known = "a byte-level BPE, a BPE with byte fallback, or a WordLevel tokenizer"

  var model: JSONValue { document["model"] ?? .null }

  /// The entries of the model's vocabulary.
  func vocabulary() throws(TokenizerError) -> [(token: String, id: Int)] {
    guard let members = model["vocab"]?.members, !members.isEmpty else {
      throw .malformed(file: file, key: "model.vocab", expected: "an object of tokens")
    }
    var seen: Set<Int> = []
    var entries: [(token: String, id: Int)] = []
    entries.reserveCapacity(members.count)
    for member in members {
      guard let id = member.value.integer, (0..<Self.idLimit).contains(id), seen.insert(id).inserted
      else {
        throw .malformed(
          file: file, key: "model.vocab.\(member.key)", expected: "a number no other token has")
      }
      entries.append((member.key, id))
    }
    return entries
  }

  /// The error for a part of an unsupported kind.
  func unsupported(
    _ part: String, _ value: JSONValue?, known: String = TokenizerSource.known
  ) -> TokenizerError {
    let found = value?["type"]?.string ?? value.map { $0.line.dropLast().prefix(200) + "" }
    return .unsupported(file: file, part: part, found: found ?? "missing", known: known)
  }

  /// Far above any vocabulary, and small enough for a table.
  private static let idLimit = 1 << 24

  private static func path(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  private static func exists(_ path: String) throws(TokenizerError) -> Bool {
    do { return try !TextFile.bytes(of: path).isEmpty } catch { return !error.isAbsent }
  }

  private static func document(
    _ name: String, _ texts: ModelTexts
  ) throws(TokenizerError) -> JSONValue? {
    guard let bytes = texts.bytes(of: name) else { return nil }
    do {
      return try JSONValue(parsing: bytes, dialect: .python)
    } catch {
      let file = path(texts.folder, name)
      throw .invalidJSON(.invalidJSON(file: file, offset: error.offset, fault: error.fault))
    }
  }
}
