import Experiments
import Foundation

/// A folder of one test. A class, so that it is removed with the last reference.
final class SystemScratch: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.appendingPathComponent(
        "sigmascope-system-\(UUID().uuidString)"
      ).path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The small base of the program.
  static func base() throws -> StudyBase {
    try StudyBase(
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("notebooks-data/base-scratchpad").path)
  }

  func write(_ name: String, _ text: String) throws {
    let url = URL(fileURLWithPath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
  }

  /// The files below a folder by their relative names.
  func files(in folder: String) throws -> [String: Data] {
    let root = "\(path)/\(folder)"
    return try FileManager.default.subpathsOfDirectory(atPath: root).reduce(into: [:]) {
      files, name in
      var isFolder: ObjCBool = false
      let file = "\(root)/\(name)"
      guard unsafe FileManager.default.fileExists(atPath: file, isDirectory: &isFolder),
        !isFolder.boolValue
      else { return }
      files[name] = FileManager.default.contents(atPath: file)
    }
  }
}
