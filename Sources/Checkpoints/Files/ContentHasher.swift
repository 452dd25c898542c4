import CKernels

/// A hash of content as it is read: XXH3 of 128 bits, several times as fast as a disk.
///
/// It tells weights apart; it is no defence against somebody who wants two of them to look alike.
///
/// **Source:** Collet, "XXH3, a new algorithm of xxHash", 2019, xxHash's specification.
///
/// A class, because the state lies outside Swift's memory and is freed once.
@safe public final class ContentHasher {
  @unsafe private let state: OpaquePointer

  public init() {
    guard let state = unsafe sigmascope_hash_create() else {
      preconditionFailure("no memory for a hash")
    }
    unsafe self.state = state
  }

  deinit { unsafe sigmascope_hash_destroy(state) }

  /// Adds bytes.
  public func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe sigmascope_hash_update(state, $0.baseAddress, $0.count) }
  }

  /// Adds a text and its length, so that no two lists of texts run together.
  public func update(text: String) { update(Array("\(text.utf8.count):\(text)".utf8)) }

  /// The hash of all that was added, as 32 hexadecimal digits.
  public func digest() -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    unsafe sigmascope_hash_digest(state, &bytes)
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
