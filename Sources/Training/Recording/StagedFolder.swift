import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that appears under its name whole or not at all: written beside it, synced, renamed.
struct StagedFolder {
  private let final: URL
  /// Where files are written until ``commit()``.
  let staging: URL

  /// - Throws: ``TrainingError/cannotWrite(path:reason:)``.
  init(_ path: String) throws {
    final = URL(fileURLWithPath: path)
    staging = final.deletingLastPathComponent().appendingPathComponent(
      ".\(final.lastPathComponent).tmp")
    try Self.naming(path) { [staging] in
      // What a killed run has left is of no use to anybody.
      try? FileManager.default.removeItem(at: staging)
      try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
    }
  }

  /// Writes a text file.
  func write(_ text: String, to name: String) throws {
    let file = staging.appendingPathComponent(name)
    try Self.naming(file.path) { try Data(text.utf8).write(to: file) }
  }

  /// Makes the folder appear; what stands under its name is replaced.
  func commit() throws {
    try Self.naming(final.path) {
      for name in try FileManager.default.contentsOfDirectory(atPath: staging.path) {
        try Self.synchronize(staging.appendingPathComponent(name).path)
      }
      try Self.synchronize(staging.path)
      if FileManager.default.fileExists(atPath: final.path) {
        try FileManager.default.removeItem(at: final)
      }
      try FileManager.default.moveItem(at: staging, to: final)
      try Self.synchronize(final.deletingLastPathComponent().path)
    }
  }

  /// Removes what was written.
  func discard() { try? FileManager.default.removeItem(at: staging) }

  /// Waits until what was written is on the disk.
  static func synchronize(_ path: String) throws {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
  }

  /// Turns what the system says into one line with the path.
  static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError.cannotWrite(path: path, reason: reason(of: error))
    }
  }

  private static func reason(of error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    let found = underlying ?? (error as NSError)
    let isFull = (error as? CocoaError)?.code == .fileWriteOutOfSpace
    guard isFull || found.domain == NSPOSIXErrorDomain else { return found.localizedDescription }
    let code = isFull ? ENOSPC : Int32(found.code)
    return unsafe String(cString: strerror(code)).lowercased()
  }
}

/// A file that appears under its name whole or not at all.
enum StagedFile {
  /// Writes beside the file, under a name that the next writing uses again, syncs, renames: what a kill
  /// leaves behind is gone after the next run.
  static func write(_ text: String, to path: String) throws {
    let file = URL(fileURLWithPath: path)
    let staging = file.deletingLastPathComponent().appendingPathComponent(
      ".\(file.lastPathComponent).tmp")
    try StagedFolder.naming(path) {
      try Data(text.utf8).write(to: staging)
      try StagedFolder.synchronize(staging.path)
      guard unsafe rename(staging.path, path) == 0 else {
        throw POSIXError(.init(rawValue: errno) ?? .EIO)
      }
    }
  }
}
