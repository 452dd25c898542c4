import Checkpoints
import Crypto

/// SHA-256 over what is stored of a weight: its type, its shape and its bytes. Equal weights have equal
/// hashes wherever they lie.
struct ContentHash: Hashable, Sendable {
  /// 64 hexadecimal digits.
  let hexadecimal: String

  /// The hash of a weight's pieces and of the scales of 8-bit ones.
  /// - Complexity: one reading of the bytes, a few megabytes at a time.
  init(of matrix: StoredMatrix) throws {
    var hash = SHA256()
    for piece in matrix.pieces {
      let tensor = piece.weight.tensor
      hash.update(text: "\(tensor.dataType.rawValue) \(piece.rows.count)×\(piece.weight.columns)")
      let bytesPerRow = piece.weight.columns * tensor.dataType.bitWidth / 8
      let range = piece.rows.lowerBound * bytesPerRow..<piece.rows.upperBound * bytesPerRow
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.block) {
        let block = start..<min(start + Self.block, range.upperBound)
        hash.update(data: try piece.weight.storedBytes(block))
      }
      if piece.weight.scale != nil { hash.update(data: try piece.weight.storedScaleBytes()) }
    }
    hexadecimal = hash.finalize().hexadecimal
  }

  /// The hash of all tensors of a store, by their names.
  init(of store: TensorStore) throws {
    var hash = SHA256()
    for tensor in store.tensors {
      hash.update(text: "\(tensor.name) \(tensor.dataType.rawValue) \(tensor.shape)")
      for start in stride(from: 0, to: tensor.byteCount, by: Self.block) {
        let block = start..<min(start + Self.block, tensor.byteCount)
        hash.update(data: try store.bytes(of: tensor, range: block))
      }
    }
    hexadecimal = hash.finalize().hexadecimal
  }

  /// The hash of texts, in order.
  init(of texts: some Sequence<String>) {
    var hash = SHA256()
    for text in texts { hash.update(text: text) }
    hexadecimal = hash.finalize().hexadecimal
  }

  private static let block = 1 << 22
}

extension SHA256 {
  /// A text with its length, so that no two lists of texts run together.
  fileprivate mutating func update(text: String) {
    update(data: Array("\(text.utf8.count):\(text)".utf8))
  }
}

extension SHA256Digest {
  fileprivate var hexadecimal: String {
    map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
