#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whole files, read and written at once.
enum TextFile {
  /// What the system said to a path.
  struct Fault: Error, Equatable {
    let path: String
    let reason: String
    let isAbsent: Bool
  }

  static func bytes(of path: String) throws(Fault) -> [UInt8] {
    // Without O_NONBLOCK a named pipe would wait here for its writer.
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

  /// Replaces the file, or makes it.
  static func write(_ text: String, to path: String) throws(Fault) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw fault(path) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe systemWrite(descriptor, $0) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 {
        let failure = fault(path)
        close(descriptor)
        throw failure
      }
      rest = rest.dropFirst(count)
    }
    if close(descriptor) != 0 { throw fault(path) }
  }

  private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      unsafe Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private static func fault(_ path: String) -> Fault {
    let code = errno
    return Fault(
      path: path, reason: unsafe String(cString: strerror(code)).lowercased(),
      isAbsent: code == ENOENT || code == ENOTDIR)
  }
}
