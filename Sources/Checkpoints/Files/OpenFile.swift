#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A regular file, open for reading at given positions.
///
/// A class, because the descriptor must be closed with the last reference. Each read passes its own
/// position (`pread`), so several tasks may read at once. The file is not memory-mapped: if a mapped
/// file became shorter, reading it would kill the process.
final class OpenFile: Sendable {
  let path: String
  /// The size in bytes when the file was opened.
  let size: Int
  private let descriptor: Int32
  /// What it was when it was opened.
  private let opened: FileVersion

  init(path: String) throws(CheckpointError) {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw FileSystem.failure(at: path, code: errno) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw FileSystem.failure(at: path, code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw status.st_mode & S_IFMT == S_IFDIR
        ? .isFolder(path: path) : .unreadable(path: path, reason: "not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
    opened = FileVersion(status)
  }

  deinit { close(descriptor) }

  /// Fills the buffer with the bytes that start at this position.
  /// - Throws: ``CheckpointError/changedWhileReading(file:)`` if the file was changed after it was
  ///   opened, or ends early.
  func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int) throws(CheckpointError) {
    try unsafe fill(buffer, at: position)
    // Afterwards, so that all bytes ever read are those of the moment of opening.
    try checkUnchanged()
  }

  private func fill(
    _ buffer: UnsafeMutableRawBufferPointer, at position: Int
  ) throws(CheckpointError) {
    var filled = 0
    while filled < buffer.count {
      // `filled` is below the count, so the base address is not nil and the rest lies inside the buffer.
      let rest = unsafe buffer.baseAddress! + filled
      let count = unsafe pread(descriptor, rest, buffer.count - filled, off_t(position + filled))
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw FileSystem.failure(at: path, code: errno) }
      if count == 0 { throw .changedWhileReading(file: path) }
      filled += count
    }
  }

  func bytes(at position: Int, count: Int) throws(CheckpointError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe bytes.withUnsafeMutableBufferPointer { (buffer) throws(CheckpointError) in
      try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: position)
    }
    return bytes
  }

  /// Equally long runs of bytes, equally far apart, one after another.
  /// - Parameter start: The position from which the lines are counted.
  func bytes(of lines: ElementLines, from start: Int) throws(CheckpointError) -> [UInt8] {
    // What lies between two runs costs less than another call if it is no more than a page.
    let joined = lines.pitch <= 4096 ? max(1, (256 << 10) / max(lines.pitch, 1)) : 1
    let span = { (runs: Int) in (runs - 1) * lines.pitch + lines.length }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(lines.count * lines.length)
    var piece = [UInt8](repeating: 0, count: span(min(joined, max(lines.count, 1))))
    for line in stride(from: 0, to: lines.count, by: joined) {
      let runs = min(joined, lines.count - line)
      try unsafe piece.withUnsafeMutableBufferPointer { (buffer) throws(CheckpointError) in
        let target = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<span(runs)])
        try unsafe fill(
          UnsafeMutableRawBufferPointer(target), at: start + lines.first + line * lines.pitch)
      }
      for run in 0..<runs { bytes += piece[run * lines.pitch..<run * lines.pitch + lines.length] }
    }
    try checkUnchanged()
    return bytes
  }

  /// Whether the file begins with these bytes.
  func begins(with magic: [UInt8]) throws(CheckpointError) -> Bool {
    if size < magic.count { return false }
    return try bytes(at: 0, count: magic.count) == magic
  }

  private func checkUnchanged() throws(CheckpointError) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, FileVersion(status).hasBytes(of: opened) else {
      throw .changedWhileReading(file: path)
    }
  }
}

/// What tells whether a file was written to.
private struct FileVersion: Sendable {
  private let size: Int
  private let links: Int
  private let modified: Moment
  /// When the file's entry was changed last. A program that puts the date of modification back cannot put this back.
  private let changed: Moment

  init(_ status: stat) {
    size = Int(status.st_size)
    links = Int(status.st_nlink)
    #if canImport(Darwin)
      modified = Moment(status.st_mtimespec)
      changed = Moment(status.st_ctimespec)
    #else
      modified = Moment(status.st_mtim)
      changed = Moment(status.st_ctim)
    #endif
  }

  /// Whether a file has the bytes that it had as this earlier version. If it lost a name or got another, because it was
  /// replaced or deleted, that changed its entry too, and the bytes are still there.
  func hasBytes(of earlier: FileVersion) -> Bool {
    size == earlier.size && modified == earlier.modified
      && (changed == earlier.changed || links != earlier.links)
  }
}

private struct Moment: Equatable {
  private let seconds: Int
  private let nanoseconds: Int

  init(_ time: timespec) {
    seconds = Int(time.tv_sec)
    nanoseconds = Int(time.tv_nsec)
  }
}
