import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether file permissions apply to the user who runs the tests.
enum Permissions {
  /// Root reads and writes whatever the permissions say.
  static let areIgnored = geteuid() == 0
}

/// A file system of a few kilobytes in memory, which fills up at once. Only root on Linux can mount it.
struct SmallDisk {
  let path: String

  init(at path: String, kilobytes: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try #require(
      Self.succeeds("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path]))
  }

  func unmount() { _ = Self.succeeds("umount", [path]) }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path) }

  static let canBeMounted: Bool = {
    guard Permissions.areIgnored else { return false }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sigmascope-disk-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    guard let disk = try? SmallDisk(trying: folder.path) else { return false }
    disk.unmount()
    return true
  }()

  private init?(trying path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard Self.succeeds("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", path]) else {
      return nil
    }
  }

  private static func succeeds(_ tool: String, _ arguments: [String]) -> Bool {
    (try? SpawnedProgram.exitCode("/usr/bin/env", [tool] + arguments)) == 0
  }
}
