public import Checkpoints
public import Documents

/// Why a tokenizer cannot be read or applied.
public indirect enum TokenizerError: BadInput, Sendable, Equatable {
  /// The folder has no file to read a tokenizer from.
  case notFound(folder: String)
  /// There is a tokenizer, but of a kind that is not supported.
  case unsupported(file: String, part: String, found: String, known: String)
  /// A value of a file is missing or has the wrong type.
  case malformed(file: String, key: String, expected: String)
  /// A file is not valid JSON.
  case invalidJSON(CheckpointError)
  /// A file exists but cannot be read.
  case unreadable(path: String, reason: String)
  /// A file names a special token that is not in the vocabulary.
  case unknownToken(file: String, token: String, role: String)
  /// No file of the folder names an end token.
  case noEndToken(folder: String)
  /// The alphabet for a new tokenizer is empty, repeats a character, or has a character of several scalars.
  case unusableAlphabet(reason: String)
  /// The vocabulary has no token for a piece of the text.
  case unknownText(String)
  /// A text of this file, or of one of its lines, cannot be turned into tokens.
  case text(file: String, line: Int?, TokenizerError)
  /// The tokenizer wants composed characters (NFC) and the text may hold others.
  case notNormalised(scalar: String, offset: Int)
}

extension TokenizerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let folder):
      "'\(folder)': no tokenizer.json: save the tokenizer with transformers (save_pretrained)"
    case .unsupported(let file, let part, let found, let known):
      "'\(file)': \(part) is \(found), which is not supported: use a base with \(known)"
    case .malformed(let file, let key, let expected):
      "'\(file)': '\(key)' is missing or malformed, expected \(expected): save the tokenizer again"
    case .invalidJSON(let error): error.description
    case .unreadable(let path, let reason):
      "'\(path)' cannot be read (\(reason)): check the path and its permissions"
    case .unknownToken(let file, let token, let role):
      "'\(file)': the \(role) token '\(token)' is not in the vocabulary: correct the file"
    case .noEndToken(let folder):
      "'\(folder)': no end token is named: give 'eos_token' in tokenizer_config.json or "
        + "'eos_token_id' in config.json"
    case .unusableAlphabet(let reason):
      "the alphabet makes no vocabulary (\(reason)): give different characters of one scalar each"
    case .unknownText(let piece):
      "the vocabulary has no token for '\(piece)': use characters of the base's alphabet"
    case .text(let file, let line, let error):
      "'\(file)'\(line.map { ", line \($0)" } ?? ""): \(error)"
    case .notNormalised(let scalar, let offset):
      "the text may not be in normal form C (\(scalar) at scalar \(offset)): normalise it first"
    }
  }
}
