#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A new file of a known length whose parts are written in any order, by several tasks at once. A class, so that it is
/// closed with the last reference.
package final class PositionedFile: Sendable {
  private let descriptor: Int32
  private let path: String

  /// Makes a file; its bytes are zero until they are written.
  /// - Parameter mayExist: Whether a file at the path is written further, with the bytes that it has.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``, also where something is at the path that may not exist.
  package init(
    creating path: String, byteCount: Int, mayExist: Bool = false
  ) throws(OutputError) {
    let descriptor = unsafe open(
      path, O_WRONLY | O_CREAT | (mayExist ? 0 : O_EXCL) | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .ofSystem(writing: path) }
    self.descriptor = descriptor
    self.path = path
    guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw .ofSystem(writing: path) }
  }

  deinit { close(descriptor) }

  /// Writes bytes at a position.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``.
  package func write(_ bytes: [UInt8], at position: Int) throws(OutputError) {
    let isWritten = unsafe bytes.withUnsafeBytes { unsafe writeAll($0, at: position) }
    guard isWritten else { throw .ofSystem(writing: path) }
  }

  /// Whether all bytes were written; if not, `errno` says why.
  private func writeAll(_ bytes: UnsafeRawBufferPointer, at position: Int) -> Bool {
    var position = position
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
      let count = unsafe pwrite(descriptor, part.baseAddress, part.count, off_t(position))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return false }
      unsafe rest = rest.dropFirst(count)
      position += count
    }
    return true
  }
}
