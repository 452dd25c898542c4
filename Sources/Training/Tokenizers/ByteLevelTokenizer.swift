package import Documents

/// Byte-pair encoding over the bytes of UTF-8, as in GPT-2, Llama 3 and Qwen 2.
///
/// **Source:** Radford et al., "Language models are unsupervised multitask learners", 2019.
package struct ByteLevelTokenizer: Tokenizer {
  package let vocabularySize: Int
  package var beginToken: Int? { special.begin }
  package var endToken: Int { special.end }
  package var paddingToken: Int? { special.padding }

  let special: SpecialTokens
  let added: AddedTokens
  let steps: [PreTokenizerStep]
  /// Whether the text must be in normal form C.
  let composes: Bool
  /// Whether a word that is a token is taken whole, not merged from its bytes.
  let takesWholeWords: Bool
  let vocabulary: ByteVocabulary
  private let document: JSONValue
  private let configuration: JSONValue

  package func encode(_ text: String) throws(TokenizerError) -> [Int] {
    var tokens: [Int] = []
    for piece in added.pieces(of: text) {
      switch piece {
      case .token(let id): tokens.append(id)
      case .text(let text):
        if composes, let doubt = NormalForm.doubt(in: text) {
          throw .notNormalised(
            scalar: "U+" + String(doubt.scalar.value, radix: 16, uppercase: true),
            offset: doubt.offset)
        }
        for word in words(of: text) { try encode(word, into: &tokens) }
      }
    }
    return tokens
  }

  package func decode(_ tokens: [Int]) -> String {
    var bytes: [UInt8] = []
    for token in tokens {
      bytes += vocabulary.bytes(of: token) ?? Array("\u{FFFD}".utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  package func json() -> JSONValue { document }
  package func configurationJSON() -> JSONValue { configuration }

  init(_ source: TokenizerSource) throws(TokenizerError) {
    try Self.checkModel(source)
    composes = try Self.composes(source)
    steps = try PreTokenizerStep.steps(source)
    takesWholeWords = source.model["ignore_merges"]?.boolean ?? false
    let added = try AddedTokens(source)
    let vocabulary = try ByteVocabulary(source, added: added)
    self.added = added
    self.vocabulary = vocabulary
    vocabularySize = vocabulary.size
    special = try SpecialTokens(source) { vocabulary.named[Array($0.utf8)] }
    document = source.document
    configuration = source.configuration
  }

  private func words(of text: String) -> [[Unicode.Scalar]] {
    steps.reduce([Array(text.unicodeScalars)]) { words, step in
      words.flatMap { step.words(of: $0) }
    }
  }

  private func encode(
    _ word: [Unicode.Scalar], into tokens: inout [Int]
  ) throws(TokenizerError) {
    let bytes = word.flatMap { Array($0.utf8) }
    if takesWholeWords, let id = vocabulary.ids[bytes] {
      tokens.append(id)
      return
    }
    var ids: [Int] = []
    ids.reserveCapacity(bytes.count)
    for byte in bytes {
      guard let id = vocabulary.ids[[byte]] else {
        throw .unknownText(String(decoding: bytes, as: UTF8.self))
      }
      ids.append(id)
    }
    vocabulary.merges.apply(to: &ids)
    tokens += ids
  }

  private static func checkModel(_ source: TokenizerSource) throws(TokenizerError) {
    let model = source.model
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let text = model[key]?.string, !text.isEmpty {
        throw source.unsupported("'\(key)'", model[key], known: "none")
      }
    }
    if let dropout = model["dropout"]?.double, dropout != 0 {
      throw source.unsupported("'dropout'", model["dropout"], known: "none")
    }
  }

  private static func composes(_ source: TokenizerSource) throws(TokenizerError) -> Bool {
    guard let value = source.document["normalizer"], !value.isNull else { return false }
    let parts = value["type"]?.string == "Sequence" ? value["normalizers"]?.array ?? [] : [value]
    for part in parts where part["type"]?.string != "NFC" {
      throw source.unsupported("the normaliser", part, known: "NFC or none")
    }
    return !parts.isEmpty
  }
}
