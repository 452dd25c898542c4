import Checkpoints
import Documents

/// The tokens of a byte-level encoding and its merges.
struct ByteVocabulary: Sendable {
  /// Tokens by the bytes that they stand for, without added tokens.
  let ids: [[UInt8]: Int]
  /// All tokens by their spelling in the file.
  let named: [[UInt8]: Int]
  let merges: MergeTable
  private let texts: [[UInt8]?]

  var size: Int { texts.count }

  /// The bytes that a token stands for; nil for a number that is not a token.
  func bytes(of token: Int) -> [UInt8]? {
    texts.indices.contains(token) ? texts[token] : nil
  }

  init(_ source: TokenizerSource, added: AddedTokens) throws(TokenizerError) {
    let alphabet = ByteAlphabet()
    let entries = try source.vocabulary()
    let last = max(entries.lazy.map(\.id).max() ?? 0, added.all.lazy.map(\.id).max() ?? 0)
    var ids: [[UInt8]: Int] = [:]
    var named: [[UInt8]: Int] = [:]
    var texts = [[UInt8]?](repeating: nil, count: last + 1)
    for (token, id) in entries {
      named[Array(token.utf8)] = id
      texts[id] = Array(token.utf8)
      if let bytes = alphabet.bytes(of: token) {
        ids[bytes] = id
        texts[id] = bytes
      }
    }
    for (text, id) in added.all {
      named[Array(text.utf8)] = id
      texts[id] = Array(text.utf8)
    }
    merges = try Self.merges(source, alphabet, ids)
    self.ids = ids
    self.named = named
    self.texts = texts
  }

  private static func merges(
    _ source: TokenizerSource, _ alphabet: ByteAlphabet, _ ids: [[UInt8]: Int]
  ) throws(TokenizerError) -> MergeTable {
    guard let values = source.model["merges"]?.array else {
      throw .malformed(file: source.file, key: "model.merges", expected: "a list of pairs")
    }
    var table = MergeTable()
    for (rank, value) in values.enumerated() {
      guard let (left, right) = MergeTable.pair(value), let leftBytes = alphabet.bytes(of: left),
        let rightBytes = alphabet.bytes(of: right), let leftID = ids[leftBytes],
        let rightID = ids[rightBytes], let token = ids[leftBytes + rightBytes]
      else {
        throw .malformed(
          file: source.file, key: "model.merges[\(rank)]", expected: "two tokens that make a third")
      }
      table.append(left: leftID, right: rightID, token: token, rank: rank)
    }
    return table
  }
}

/// The printable character that stands for each byte in a byte-level vocabulary.
///
/// **Source:** Radford et al., "Language models are unsupervised multitask learners", 2019, whose
/// code maps printable Latin-1 to itself and the other bytes to U+0100 upwards in their order.
struct ByteAlphabet: Sendable {
  private let bytes: [Unicode.Scalar: UInt8]

  init() {
    var bytes: [Unicode.Scalar: UInt8] = [:]
    var next: UInt16 = 0x100
    for byte in UInt8.min...UInt8.max {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: bytes[Unicode.Scalar(byte)] = byte
      default:
        // Below U+0144, far from the surrogates, so that the scalar is always there.
        if let scalar = Unicode.Scalar(next) { bytes[scalar] = byte }
        next += 1
      }
    }
    self.bytes = bytes
  }

  /// The bytes that a token of the vocabulary stands for; nil if a character is not in the alphabet.
  func bytes(of token: some StringProtocol) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }
}
