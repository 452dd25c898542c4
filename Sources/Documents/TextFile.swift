#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whole files, read at once. Only regular files are read: others may have no end, or wait for a writer for ever.
package enum TextFile {
  /// Why a path cannot be read.
  package struct Fault: BadInput, Equatable {
    package let path: String
    /// The system's own words.
    package let reason: String
    /// Whether there is nothing at the path.
    package let isAbsent: Bool

    package var description: String { "'\(path)' cannot be read: \(reason)" }
  }

  /// The bytes of a file; nil if nothing is there. A file that is there but cannot be read is an error, as it would else
  /// count as missing.
  package static func bytes(ifAt path: String) throws(Fault) -> [UInt8]? {
    do throws(Fault) {
      return try bytes(of: path)
    } catch {
      if error.isAbsent { return nil }
      throw error
    }
  }

  /// The bytes of a file.
  package static func bytes(of path: String) throws(Fault) -> [UInt8] {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw fault(path) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw fault(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Fault(path: path, reason: "not a regular file", isAbsent: false)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(descriptor, &block, block.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw fault(path) }
      if count == 0 { return bytes }
      bytes += block[..<count]
    }
  }

  private static func fault(_ path: String) -> Fault {
    let code = errno
    return Fault(
      path: path, reason: unsafe String(cString: strerror(code)).lowercased(),
      isAbsent: code == ENOENT || code == ENOTDIR)
  }
}
