import Checkpoints
import Documents

/// Tokens that are cut out of a text before any other step.
struct AddedTokens: Sendable {
  /// A piece of a text: an added token, or the text between two.
  enum Piece {
    case token(Int)
    case text(String)
  }

  private struct Entry: Sendable {
    let bytes: [UInt8]
    let id: Int
  }

  /// By first byte, the longest first.
  private var entries: [UInt8: [Entry]] = [:]
  private(set) var all: [(token: String, id: Int)] = []

  init() {}

  init(_ source: TokenizerSource) throws(TokenizerError) {
    for (index, value) in (source.document["added_tokens"]?.array ?? []).enumerated() {
      let key = "added_tokens[\(index)]"
      guard let text = value["content"]?.string, let id = value["id"]?.integer,
        (0..<1 << 24).contains(id)
      else {
        throw .malformed(file: source.file, key: key, expected: "a token with content and id")
      }
      for flag in ["single_word", "lstrip", "rstrip"] where value[flag]?.boolean == true {
        throw source.unsupported(
          "'\(flag)' of the added token '\(text)'", .bool(true), known: "plain added tokens")
      }
      add(text, id: id)
    }
  }

  mutating func add(_ text: String, id: Int) {
    let bytes = Array(text.utf8)
    guard let first = bytes.first else { return }
    all.append((text, id))
    entries[first, default: []].append(Entry(bytes: bytes, id: id))
    entries[first]?.sort { $0.bytes.count > $1.bytes.count }
  }

  /// The text, cut at the leftmost and longest added tokens.
  func pieces(of text: String) -> [Piece] {
    if entries.isEmpty { return text.isEmpty ? [] : [.text(text)] }
    let bytes = Array(text.utf8)
    var pieces: [Piece] = []
    var start = 0
    var position = 0
    while position < bytes.count {
      guard let entry = match(bytes, at: position) else {
        position += 1
        continue
      }
      if start < position {
        pieces.append(.text(String(decoding: bytes[start..<position], as: UTF8.self)))
      }
      pieces.append(.token(entry.id))
      position += entry.bytes.count
      start = position
    }
    if start < bytes.count {
      pieces.append(.text(String(decoding: bytes[start...], as: UTF8.self)))
    }
    return pieces
  }

  private func match(_ bytes: [UInt8], at position: Int) -> Entry? {
    entries[bytes[position]]?.first { bytes[position...].starts(with: $0.bytes) }
  }
}
