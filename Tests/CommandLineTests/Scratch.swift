import Foundation
import Testing

/// A folder of one test, with the program at hand. A class, so that it is removed with the last reference.
final class Scratch: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sigmascope-command-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

  func path(_ name: String) -> String { url(name).path }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// Copies a folder of Tests/Fixtures to the same place here, and returns its path.
  @discardableResult
  func copy(_ fixture: String) throws -> String {
    let target = url(fixture)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Fixtures.folder.appendingPathComponent(fixture), to: target)
    return target.path
  }

  /// An adapter and the base that its configuration names.
  func copyAdapter(_ name: String, base: String = "base-minilm") throws -> String {
    try copy(base)
    return try copy("adapters/\(name)")
  }

  /// Writes a file, with the folders it is in, and returns its path.
  @discardableResult
  func write(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
    try FileManager.default.createDirectory(
      at: url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url(name))
    return path(name)
  }

  @discardableResult
  func write(_ name: String, text: String) throws -> String { try write(name, Array(text.utf8)) }

  /// Replaces a part of a text file that must be there.
  func edit(_ name: String, replacing part: String, with new: String) throws {
    let text = try String(contentsOf: url(name), encoding: .utf8)
    try #require(text.contains(part))
    try write(name, text: text.replacingOccurrences(of: part, with: new))
  }

  func remove(_ name: String) throws { try FileManager.default.removeItem(at: url(name)) }

  /// Every file below a folder by its relative name, hidden ones too.
  func files(in name: String) throws -> [String: Data] {
    var files = [String: Data]()
    for relative in try FileManager.default.subpathsOfDirectory(atPath: path(name)) {
      let file = url(name).appendingPathComponent(relative)
      var isFolder: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
      if !isFolder.boolValue { files[relative] = try Data(contentsOf: file) }
    }
    return files
  }

  /// Runs the program in this folder.
  func run(
    _ arguments: String..., environment: [String: String] = [:]
  ) async throws -> Sigmascope.Outcome {
    try await Sigmascope().run(arguments, environment: environment, in: folder)
  }

  func run(_ arguments: [String]) async throws -> Sigmascope.Outcome {
    try await Sigmascope().run(arguments, in: folder)
  }
}
