import Checkpoints
import Documents

extension WordTokenizer {
  /// The text of the end token, for a tokenizer made from an alphabet.
  package static let endText = "<|end|>"
  /// The text of its padding token.
  package static let paddingText = "<|pad|>"

  /// One token per character, in the order given, then the end token and the padding token.
  ///
  /// Text outside the alphabet is refused, not replaced.
  /// - Parameter alphabet: Different characters of one Unicode scalar each.
  /// - Throws: ``TokenizerError/unusableAlphabet(reason:)``.
  package init(alphabet: [Character]) throws(TokenizerError) {
    if alphabet.isEmpty { throw .unusableAlphabet(reason: "it is empty") }
    if Set(alphabet).count < alphabet.count {
      throw .unusableAlphabet(reason: "a character stands twice")
    }
    if let long = alphabet.first(where: { $0.unicodeScalars.count > 1 }) {
      throw .unusableAlphabet(reason: "'\(long)' is of several scalars")
    }
    let end = alphabet.count
    let padding = end + 1
    var added = AddedTokens()
    added.add(Self.endText, id: end)
    added.add(Self.paddingText, id: padding)
    let entries = alphabet.enumerated().map { (token: String($1), id: $0) } + added.all
    self.init(
      document: Self.document(entries, added: added), configuration: Self.configuration(),
      entries: entries, added: added,
      special: SpecialTokens(begin: nil, end: end, padding: padding))
  }

  private static func document(
    _ entries: [(token: String, id: Int)], added: AddedTokens
  ) -> JSONValue {
    .record([
      "version": .string("1.0"), "truncation": .null, "padding": .null,
      "added_tokens": .array(added.all.map { addedToken($0.token, id: $0.id) }),
      "normalizer": .null,
      "pre_tokenizer": .record([
        "type": .string("Split"), "pattern": .record(["Regex": .string(#"[\s\S]"#)]),
        "behavior": .string("Isolated"), "invert": .bool(false),
      ]),
      "post_processor": .null, "decoder": .record(["type": .string("Fuse")]),
      "model": .record([
        "type": .string("WordLevel"),
        "vocab": .object(entries.map { .init(key: $0.token, value: .integer($0.id)) }),
        // The format requires a name. It is not in the vocabulary, so that unknown text is an error.
        "unk_token": .string("<|unknown|>"),
      ]),
    ])
  }

  private static func addedToken(_ text: String, id: Int) -> JSONValue {
    .record([
      "id": .integer(id), "content": .string(text), "single_word": .bool(false),
      "lstrip": .bool(false), "rstrip": .bool(false), "normalized": .bool(false),
      "special": .bool(true),
    ])
  }

  private static func configuration() -> JSONValue {
    .record([
      "tokenizer_class": .string("PreTrainedTokenizerFast"), "eos_token": .string(endText),
      "pad_token": .string(paddingText), "clean_up_tokenization_spaces": .bool(false),
    ])
  }
}
