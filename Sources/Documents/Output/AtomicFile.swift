#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Writes a file that appears under its final name complete or not at all: it is written next to that name, synced and
/// then renamed.
package enum AtomicFile {
  /// Writes a file piece by piece.
  /// - Parameters:
  ///   - path: The file; an existing one is replaced. Its folder must exist.
  ///   - fill: Appends the contents. If it throws, an existing file stays unchanged.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``, with the final path.
  package static func write(
    to path: String, _ fill: (borrowing FileWriter) throws(OutputError) -> Void
  ) throws(OutputError) {
    let place = try StagingPlace(.file, for: path)
    let writer = FileWriter(descriptor: place.descriptor, path: path)
    try fill(writer)
    try writer.synchronize()
    try place.rename()
  }

  /// Writes a text file.
  package static func write(_ text: String, to path: String) throws(OutputError) {
    try write(Array(text.utf8), to: path)
  }

  /// Writes a file of bytes.
  package static func write(_ bytes: [UInt8], to path: String) throws(OutputError) {
    try write(to: path) { (file) throws(OutputError) in try file.append(bytes) }
  }
}

/// Appends to a file that is being written.
package struct FileWriter: ~Copyable {
  private let descriptor: Int32
  /// The final path, which errors name.
  private let path: String

  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Appends bytes or numbers as they are in memory.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``.
  package func append<Value: BitwiseCopyable>(_ values: [Value]) throws(OutputError) {
    // Numbers have no padding, so no undefined bytes are written.
    let isWritten = unsafe values.withUnsafeBytes { unsafe writeAll($0) }
    guard isWritten else { throw .ofSystem(writing: path) }
  }

  /// Whether all bytes were written; if not, `errno` says why.
  private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
      let count = unsafe write(descriptor, part.baseAddress, part.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return false }
      unsafe rest = rest.dropFirst(count)
    }
    return true
  }

  /// Makes a new file of pieces. Foundation's own function gives a damaged file, and no error, where the system writes
  /// less at once than it was asked to.
  static func create(
    _ path: String, _ pieces: (_ append: ([UInt8]) throws -> Void) throws -> Void
  ) throws(OutputError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .ofSystem(writing: path) }
    defer { close(descriptor) }
    let writer = FileWriter(descriptor: descriptor, path: path)
    do {
      try pieces { bytes in try writer.append(bytes) }
    } catch let error as OutputError {
      throw error
    } catch {
      throw OutputError(error, writing: path)
    }
  }

  func synchronize() throws(OutputError) {
    guard fsync(descriptor) == 0 else { throw .ofSystem(writing: path) }
  }
}
