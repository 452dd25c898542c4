import CKernels

/// Hashes bytes as they are read: XXH3 with 128 bits, several times as fast as a disk.
///
/// It is meant to distinguish weights. It is not cryptographic: collisions can be made on purpose.
///
/// **Source:** Collet, "XXH3, a new algorithm of xxHash", 2019, xxHash's specification.
///
/// A class, because the state is allocated in C and must be freed exactly once.
@safe package final class ContentHasher {
  @unsafe private let state: OpaquePointer

  package init() {
    guard let state = unsafe sigmascope_hash_create() else {
      preconditionFailure("no memory for a hash")
    }
    unsafe self.state = state
  }

  deinit { unsafe sigmascope_hash_destroy(state) }

  /// Adds bytes, or numbers as they are in memory.
  package func update<Value: BitwiseCopyable>(_ values: [Value]) {
    // Numbers have no padding, so no undefined bytes are hashed.
    unsafe values.withUnsafeBytes { unsafe sigmascope_hash_update(state, $0.baseAddress, $0.count) }
  }

  /// Adds a text after its length, so that different lists of texts never give the same bytes.
  package func update(text: String) { update(Array("\(text.utf8.count):\(text)".utf8)) }

  /// Adds the bytes of a range of a file, a few megabytes at a time.
  /// - Parameters:
  ///   - range: The range, in bytes.
  ///   - read: Reads a part of it.
  package func update<Failure: Error>(
    _ range: Range<Int>, reading read: (Range<Int>) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.block) {
      update(try read(start..<min(start + Self.block, range.upperBound)))
    }
  }

  private static let block = 1 << 22

  /// The hash of everything added so far, as 32 hexadecimal digits.
  package func digest() -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    unsafe sigmascope_hash_digest(state, &bytes)
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
