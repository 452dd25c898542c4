package import Checkpoints
public import Documents

/// Turns text into the token numbers that a language model reads, and back.
public protocol Tokenizer: Sendable {
  /// One more than the largest token number; the embedding of a model may have more rows.
  var vocabularySize: Int { get }

  /// The token that the file's own template puts before every text; ``encode(_:)`` does not add it.
  var beginToken: Int? { get }

  /// The token that ends a completion.
  var endToken: Int { get }

  /// The token that pads a batch, if the vocabulary has one.
  var paddingToken: Int? { get }

  /// The tokens of a text, without begin and end.
  /// - Throws: ``TokenizerError/unknownText(_:)`` if the vocabulary lacks a piece, and
  ///   ``TokenizerError/notNormalised(scalar:offset:)``.
  func encode(_ text: String) throws(TokenizerError) -> [Int]

  /// The text of tokens. Special tokens are spelled out, and a number that is not a token becomes
  /// U+FFFD, because a verifier has to see what was sampled.
  func decode(_ tokens: [Int]) -> String

  /// The content of `tokenizer.json`.
  func json() -> JSONValue

  /// The content of `tokenizer_config.json`.
  func configurationJSON() -> JSONValue
}

/// Reads the tokenizer of a Hugging Face folder.
public enum TokenizerReader {
  /// The tokenizer that `tokenizer.json` of the folder describes.
  ///
  /// Supported are `WordLevel` by characters or words, byte-level `BPE` with the splits of GPT-2, Llama 3 and
  /// Qwen 2, and `BPE` over characters with byte fallback, as in Gemma. The end and padding tokens come from
  /// `tokenizer_config.json`, else from `config.json`, else from `generation_config.json`.
  /// - Parameter folder: The folder with the files.
  /// - Throws: ``TokenizerError/unsupported(file:part:found:known:)`` for every other kind.
  public static func tokenizer(in folder: String) throws(TokenizerError) -> any Tokenizer {
    let texts: ModelTexts
    do {
      texts = try ModelTexts(folder: folder)
    } catch {
      throw .unreadable(path: error.path, reason: error.reason)
    }
    return try tokenizer(texts)
  }

  /// The tokenizer that files describe which have been read.
  package static func tokenizer(_ texts: ModelTexts) throws(TokenizerError) -> any Tokenizer {
    let source = try TokenizerSource(texts)
    switch source.model["type"]?.string {
    case "WordLevel": return try WordTokenizer(source)
    case "BPE" where PieceTokenizer.reads(source): return try PieceTokenizer(source)
    case "BPE": return try ByteLevelTokenizer(source)
    default: throw source.unsupported("the model", source.model)
    }
  }
}
