import Checkpoints
import Documents

/// The tokens of a byte-level encoding and the merges that lead to them.
struct ByteVocabulary: Sendable {
  /// Tokens by the bytes they stand for, added ones left out.
  let ids: [[UInt8]: Int]
  /// All tokens by their spelling in the file.
  let named: [[UInt8]: Int]
  let merges: MergeTable
  private let texts: [[UInt8]?]

  var size: Int { texts.count }

  /// What a token stands for; nil for a number that is none.
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
