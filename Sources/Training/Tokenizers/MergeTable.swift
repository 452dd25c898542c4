import Checkpoints
import Documents

/// The learned pairs of a byte-pair encoding, by rank.
///
/// **Source:** Sennrich, Haddow, Birch, "Neural machine translation of rare words with subword
/// units", ACL 2016.
struct MergeTable: Sendable {
  private struct Merge: Sendable {
    let rank: Int
    let token: Int
  }

  private var merges: [UInt64: Merge] = [:]

  /// Adds the next pair in order of rank; a pair that is known already keeps its rank.
  mutating func append(left: Int, right: Int, token: Int, rank: Int) {
    let pair = Self.pair(left, right)
    if merges[pair] == nil { merges[pair] = Merge(rank: rank, token: token) }
  }

  /// Merges the pair of lowest rank, the leftmost if there are several, until no pair can be merged.
  /// - Complexity: O(n²) for a word of n tokens.
  func apply(to word: inout [Int]) {
    while word.count > 1 {
      var best: Merge?
      var place = 0
      for index in 0..<word.count - 1 {
        guard let merge = merges[Self.pair(word[index], word[index + 1])] else { continue }
        if merge.rank < best?.rank ?? .max {
          best = merge
          place = index
        }
      }
      guard let best else { return }
      word[place] = best.token
      word.remove(at: place + 1)
    }
  }

  /// Token numbers are below 2^24.
  private static func pair(_ left: Int, _ right: Int) -> UInt64 {
    UInt64(left) << 32 | UInt64(right)
  }

  /// A pair: older files write `"a b"`, newer ones `["a", "b"]`.
  static func pair(_ value: JSONValue) -> (String, String)? {
    if let parts = value.array, parts.count == 2, let left = parts[0].string {
      return parts[1].string.map { (left, $0) }
    }
    let parts = value.string?.split(separator: " ", omittingEmptySubsequences: false) ?? []
    return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
  }
}
