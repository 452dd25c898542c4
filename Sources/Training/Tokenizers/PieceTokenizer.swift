package import Documents

/// Byte-pair encoding over characters, with the bytes of UTF-8 for characters that are not tokens: Gemma.
///
/// A space is the character `▁`, and text is not cut into words before merging.
///
/// **Source:** Kudo and Richardson, "SentencePiece", EMNLP 2018, section 3.2; byte fallback as in its
/// version 0.1.9.
package struct PieceTokenizer: Tokenizer {
  package let vocabularySize: Int
  package var beginToken: Int? { special.begin }
  package var endToken: Int { special.end }
  package var paddingToken: Int? { special.padding }

  private let special: SpecialTokens
  private let added: AddedTokens
  /// Keyed by bytes, because Swift treats different spellings of one character as equal strings.
  private let ids: [[UInt8]: Int]
  private let texts: [String?]
  /// The tokens `<0x00>` … `<0xFF>`.
  private let byteTokens: [Int]
  private let merges: MergeTable
  private let document: JSONValue
  private let configuration: JSONValue

  package func encode(_ text: String) throws(TokenizerError) -> [Int] {
    var tokens = [Int]()
    for piece in added.pieces(of: text) {
      switch piece {
      case .token(let id): tokens.append(id)
      case .text(let text):
        var word = [Int]()
        for scalar in text.unicodeScalars {
          let character = scalar == " " ? "▁" : String(scalar)
          if let id = ids[Array(character.utf8)] {
            word.append(id)
          } else {
            word += character.utf8.map { byteTokens[Int($0)] }
          }
        }
        merges.apply(to: &word)
        tokens += word
      }
    }
    return tokens
  }

  package func decode(_ tokens: [Int]) -> String {
    var bytes = [UInt8]()
    for token in tokens {
      if let byte = byteTokens.firstIndex(of: token) {
        bytes.append(UInt8(byte))
      } else {
        let text = texts.indices.contains(token) ? texts[token] : nil
        bytes += (text ?? "\u{FFFD}").unicodeScalars.flatMap { scalar in
          Array((scalar == "▁" ? " " : String(scalar)).utf8)
        }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  package func json() -> JSONValue { document }
  package func configurationJSON() -> JSONValue { configuration }

  /// Whether a tokenizer file is of this kind.
  static func reads(_ source: TokenizerSource) -> Bool {
    source.model["type"]?.string == "BPE" && source.model["byte_fallback"]?.boolean == true
  }

  init(_ source: TokenizerSource) throws(TokenizerError) {
    try Self.check(source)
    let added = try AddedTokens(source)
    let entries = try source.vocabulary()
    let last = max(entries.lazy.map(\.id).max() ?? 0, added.all.lazy.map(\.id).max() ?? 0)
    var texts = [String?](repeating: nil, count: last + 1)
    for (token, id) in entries { texts[id] = token }
    for (token, id) in added.all { texts[id] = token }
    let ids = [[UInt8]: Int](
      entries.map { (Array($0.token.utf8), $0.id) }, uniquingKeysWith: { first, _ in first })
    byteTokens = try Self.byteTokens(source, ids)
    merges = try Self.merges(source, ids)
    self.added = added
    self.ids = ids
    self.texts = texts
    vocabularySize = texts.count
    special = try SpecialTokens(source) { ids[Array($0.utf8)] }
    document = source.document
    configuration = source.configuration
  }

  private static func check(_ source: TokenizerSource) throws(TokenizerError) {
    let normalizer = source.document["normalizer"] ?? .null
    guard normalizer["type"]?.string == "Replace", normalizer["pattern"]?["String"]?.string == " ",
      normalizer["content"]?.string == "▁"
    else {
      throw source.unsupported("the normaliser", normalizer, known: "one that writes ▁ for a space")
    }
    let split = source.document["pre_tokenizer"] ?? .null
    // After the normaliser, there is no space left to split at.
    guard
      split.isNull
        || (split["type"]?.string == "Split" && split["pattern"]?["String"]?.string == " ")
    else {
      throw source.unsupported("the pre-tokenizer", split, known: "a split at spaces or none")
    }
  }

  private static func byteTokens(
    _ source: TokenizerSource, _ ids: [[UInt8]: Int]
  ) throws(TokenizerError) -> [Int] {
    var tokens = [Int]()
    for byte in 0..<256 {
      let digits = String(byte, radix: 16, uppercase: true)
      let name = "<0x" + (byte < 16 ? "0" : "") + digits + ">"
      guard let id = ids[Array(name.utf8)] else {
        throw .malformed(file: source.file, key: "model.vocab", expected: "the token \(name)")
      }
      tokens.append(id)
    }
    return tokens
  }

  private static func merges(
    _ source: TokenizerSource, _ ids: [[UInt8]: Int]
  ) throws(TokenizerError) -> MergeTable {
    guard let values = source.model["merges"]?.array else {
      throw .malformed(file: source.file, key: "model.merges", expected: "a list of pairs")
    }
    var table = MergeTable()
    for (rank, value) in values.enumerated() {
      guard let (left, right) = MergeTable.pair(value), let leftID = ids[Array(left.utf8)],
        let rightID = ids[Array(right.utf8)], let token = ids[Array((left + right).utf8)]
      else {
        throw .malformed(
          file: source.file, key: "model.merges[\(rank)]", expected: "two tokens that make a third")
      }
      table.append(left: leftID, right: rightID, token: token, rank: rank)
    }
    return table
  }
}
