public import Documents

/// Turns text into the numbers a language model reads, and back.
public protocol Tokenizer: Sendable {
  /// The smallest number above every token; the embedding of a model may have more rows.
  var vocabularySize: Int { get }

  /// The token that the file's own template puts before every text; ``encode(_:)`` does not.
  var beginToken: Int? { get }

  /// The token that ends a completion.
  var endToken: Int { get }

  /// The token that fills a batch, where the vocabulary has one.
  var paddingToken: Int? { get }

  /// The tokens of a text, without begin and end.
  /// - Throws: ``TokenizerError/unknownText(_:)`` where the vocabulary lacks a piece, and
  ///   ``TokenizerError/notNormalised(scalar:offset:)``.
  func encode(_ text: String) throws(TokenizerError) -> [Int]

  /// The text of tokens. Special tokens are spelled out and a number that is no token becomes
  /// U+FFFD: a verifier has to see what was sampled.
  func decode(_ tokens: [Int]) -> String

  /// The document of `tokenizer.json`.
  func json() -> JSONValue

  /// The document of `tokenizer_config.json`.
  func configurationJSON() -> JSONValue
}
