package import Documents

/// A vocabulary of whole words or of single characters: one token each, without merges.
package struct WordTokenizer: Tokenizer {
  package let vocabularySize: Int
  package var beginToken: Int? { special.begin }
  package var endToken: Int { special.end }
  package var paddingToken: Int? { special.padding }
  package let splitting: WordSplitting

  private let special: SpecialTokens
  private let added: AddedTokens
  private let document: JSONValue
  private let configuration: JSONValue
  /// Keyed by bytes, because Swift compares strings by canonical equivalence, which must not merge tokens.
  private let ids: [[UInt8]: Int]
  private let texts: [String?]
  private let unknown: Int?
  private let separator: String

  package func encode(_ text: String) throws(TokenizerError) -> [Int] {
    var tokens: [Int] = []
    for piece in added.pieces(of: text) {
      switch piece {
      case .token(let id): tokens.append(id)
      case .text(let text):
        for word in splitting.words(of: text) {
          guard let id = ids[Array(word.utf8)] ?? unknown else { throw .unknownText(word) }
          tokens.append(id)
        }
      }
    }
    return tokens
  }

  package func decode(_ tokens: [Int]) -> String {
    tokens.map { texts.indices.contains($0) ? texts[$0] ?? "\u{FFFD}" : "\u{FFFD}" }
      .joined(separator: separator)
  }

  package func json() -> JSONValue { document }
  package func configurationJSON() -> JSONValue { configuration }

  init(_ source: TokenizerSource) throws(TokenizerError) {
    if let normalizer = source.document["normalizer"], !normalizer.isNull {
      throw source.unsupported("the normaliser", normalizer, known: "none")
    }
    let preTokenizer = source.document["pre_tokenizer"]
    guard let splitting = WordSplitting(preTokenizer: preTokenizer) else {
      throw source.unsupported(
        "the pre-tokenizer", preTokenizer, known: "a split by characters or white space")
    }
    let decoder = source.document["decoder"] ?? .null
    guard decoder.isNull || decoder["type"]?.string == "Fuse" else {
      throw source.unsupported("the decoder", decoder, known: "'Fuse' or none")
    }
    let added = try AddedTokens(source)
    let table = Table(try source.vocabulary() + added.all)
    self.splitting = splitting
    self.added = added
    separator = decoder.isNull ? " " : ""
    ids = table.ids
    texts = table.texts
    vocabularySize = table.texts.count
    unknown = source.model["unk_token"]?.string.flatMap { table.ids[Array($0.utf8)] }
    special = try SpecialTokens(source) { table.ids[Array($0.utf8)] }
    document = source.document
    configuration = source.configuration
  }

  init(
    document: JSONValue, configuration: JSONValue, entries: [(token: String, id: Int)],
    added: AddedTokens, special: SpecialTokens
  ) {
    let table = Table(entries)
    self.document = document
    self.configuration = configuration
    self.added = added
    self.special = special
    splitting = .characters
    separator = ""
    ids = table.ids
    texts = table.texts
    vocabularySize = table.texts.count
    unknown = nil
  }

  private struct Table {
    var ids: [[UInt8]: Int] = [:]
    var texts: [String?]

    init(_ entries: [(token: String, id: Int)]) {
      texts = Array(repeating: nil, count: (entries.lazy.map(\.id).max() ?? -1) + 1)
      for (token, id) in entries {
        ids[Array(token.utf8)] = id
        texts[id] = token
      }
    }
  }
}
