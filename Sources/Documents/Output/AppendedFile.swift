package import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that one process at a time writes, such as a journal. It holds a lock of the system on the file
/// until it is released; file systems of networks have such locks on files, though seldom on folders.
package final class AppendedFile: Sendable {
  private let handle: FileHandle
  private let path: String

  /// Opens a file, which is made if it is not there.
  /// - Throws: ``OutputError/inUse(path:)`` if another process holds it; ``OutputError/cannotWrite(path:reason:)``.
  package init(_ path: String) throws(OutputError) {
    self.path = path
    while true {
      if let held = try LockedDescriptor.open(path, O_RDWR | O_CREAT | O_APPEND) {
        handle = FileHandle(fileDescriptor: held, closeOnDealloc: false)
        return
      }
    }
  }

  deinit { LockedDescriptor.close(handle.fileDescriptor) }

  /// Throws if a process appends to this file.
  package static func requireUnused(_ path: String) throws(OutputError) {
    if let held = try LockedDescriptor.open(path, O_RDONLY, isShared: true) {
      LockedDescriptor.close(held)
    }
  }

  /// Cuts off what lies behind the first bytes.
  package func keep(first count: Int) throws(OutputError) {
    try OutputError.naming(path) { try handle.truncate(atOffset: UInt64(count)) }
  }

  package func append(_ data: Data) throws(OutputError) {
    try OutputError.naming(path) { try handle.write(contentsOf: data) }
  }
}
