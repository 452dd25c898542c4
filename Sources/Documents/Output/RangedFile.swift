package import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file of which any part can be read at any time, from any thread, while it still grows.
///
/// A class, because the descriptor must be closed with the last reference.
package final class RangedFile: Sendable {
  package let path: String
  private let descriptor: Int32

  /// Opens a file.
  /// - Throws: ``OutputError/cannotReadBack(path:reason:)``.
  package init(_ path: String) throws(OutputError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw .cannotReadBack(path: path, reason: OutputError.words(errno)) }
  }

  deinit { close(descriptor) }

  /// The bytes of a range; fewer if the file ends inside it.
  /// - Throws: ``OutputError/cannotReadBack(path:reason:)``.
  package func data(_ range: Range<Int>) throws(OutputError) -> Data {
    var data = Data(count: range.count)
    let count = unsafe data.withUnsafeMutableBytes { unsafe fill($0, from: range.lowerBound) }
    guard let count else {
      throw .cannotReadBack(path: path, reason: OutputError.words(errno))
    }
    return data.prefix(count)
  }

  /// How many bytes were read; nil if that failed, and `errno` says why.
  private func fill(_ buffer: UnsafeMutableRawBufferPointer, from position: Int) -> Int? {
    var filled = 0
    while filled < buffer.count {
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(position + filled))
      if count < 0 && errno == EINTR { continue }
      if count < 0 { return nil }
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}
