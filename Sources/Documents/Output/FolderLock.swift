import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The lock on a folder that only one process at a time may write to, such as that of a run.
///
/// It is a lock of the system on the folder itself. So it leaves no file behind, and it ends with the process that
/// holds it, however that process ends. On a file system without such locks nothing is locked.
package final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Locks a folder, which is made if it is not there.
  /// - Throws: ``OutputError/inUse(path:)`` if another process holds the lock;
  ///   ``OutputError/cannotWrite(path:reason:)``.
  package init(_ path: String) throws(OutputError) {
    while true {
      try OutputError.naming(path) {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .ofSystem(writing: path) }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        close(descriptor)
        throw .inUse(path: path)
      }
      // Between the two calls, the process before may have removed the folder.
      if Self.isFolder(descriptor, at: path) {
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }

  private static func isFolder(_ descriptor: Int32, at path: String) -> Bool {
    var held = stat()
    var found = stat()
    guard unsafe fstat(descriptor, &held) == 0, unsafe stat(path, &found) == 0 else { return false }
    return held.st_ino == found.st_ino && held.st_dev == found.st_dev
  }
}
