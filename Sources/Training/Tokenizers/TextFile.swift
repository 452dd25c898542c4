#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whole files, read at once.
enum TextFile {
  /// Why a path cannot be read.
  struct Fault: Error, Equatable {
    let path: String
    let reason: String
    let isAbsent: Bool
  }

  static func bytes(of path: String) throws(Fault) -> [UInt8] {
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
