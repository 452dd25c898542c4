import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lock on a folder that only one process at a time may write to, such as that of a run, or a lock that several
/// processes share.
///
/// It is a lock of the system on the folder itself. So it leaves no file behind, and it ends with the process that
/// holds it, however that process ends. On a file system without such locks nothing is locked.
package final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Locks a folder, which is made if it is not there.
  /// - Parameters:
  ///   - path: The folder.
  ///   - isShared: Whether others may share the lock; none of them may then hold it alone.
  /// - Throws: ``OutputError/inUse(path:)`` if another process holds the lock;
  ///   ``OutputError/cannotWrite(path:reason:)``.
  package init(_ path: String, isShared: Bool = false) throws(OutputError) {
    while true {
      try OutputError.naming(path) {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      if let held = try LockedDescriptor.open(path, O_RDONLY | O_DIRECTORY, isShared: isShared) {
        descriptor = held
        return
      }
    }
  }

  deinit { LockedDescriptor.close(descriptor) }
}

/// Opens files and folders with a lock of the system on them.
enum LockedDescriptor {
  /// The descriptor, to be closed by the caller; nil if what was locked is no longer what the path leads to, because the
  /// process before removed it between the two calls.
  /// - Throws: ``OutputError/inUse(path:)``, ``OutputError/cannotWrite(path:reason:)``.
  static func open(
    _ path: String, _ flags: Int32, isShared: Bool = false
  ) throws(OutputError) -> Int32? {
    let descriptor = systemOpen(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .ofSystem(writing: path) }
    if flock(descriptor, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0, errno == EWOULDBLOCK {
      systemClose(descriptor)
      throw .inUse(path: path)
    }
    if leads(path, to: descriptor) { return descriptor }
    close(descriptor)
    return nil
  }

  /// Ends the lock and closes the descriptor.
  ///
  /// Closing alone is not enough: a child process that was forked a moment ago, and has not begun its own program yet,
  /// holds a copy of the descriptor and with it the lock.
  static func close(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
    systemClose(descriptor)
  }

  private static func leads(_ path: String, to descriptor: Int32) -> Bool {
    var held = stat()
    var found = stat()
    guard unsafe fstat(descriptor, &held) == 0, unsafe stat(path, &found) == 0 else { return false }
    return held.st_ino == found.st_ino && held.st_dev == found.st_dev
  }
}

/// `close` of the system, which the method of this name hides.
private func systemClose(_ descriptor: Int32) { _ = close(descriptor) }

/// `open` of the system, which the method of this name hides.
private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
  unsafe open(path, flags, mode)
}
