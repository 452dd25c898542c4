import Checkpoints
import Updates

/// The hash of a stored weight: its type, its shape and its bytes. Equal weights have equal hashes, in
/// whatever files they are.
package struct ContentHash: Hashable, Sendable {
  /// 32 hexadecimal digits.
  package let hexadecimal: String

  /// The hash of a weight's pieces, including all parts of quantised weights.
  /// - Complexity: One pass over the bytes, a few megabytes at a time.
  init(of matrix: StoredMatrix) throws {
    let hash = ContentHasher()
    for piece in matrix.pieces {
      let weight = piece.weight
      hash.update(text: "\(weight.storageType.rawValue) \(piece.rows.count)×\(weight.columns)")
      try weight.add(rows: piece.rows, to: hash)
    }
    hexadecimal = hash.digest()
  }

  /// The hash of texts, in order.
  package init(of texts: some Sequence<String>) {
    let hash = ContentHasher()
    for text in texts { hash.update(text: text) }
    hexadecimal = hash.digest()
  }
}
