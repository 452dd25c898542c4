import Foundation

/// The package's files, read as text.
enum SourceTree {
  static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  struct File: CustomStringConvertible {
    /// Relative to the package.
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// `StableRank` of `…/StableRank.swift`.
    var name: String {
      URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    }

    /// The modules that it imports.
    var imports: Set<String> {
      let pattern = #/^\s*(?:@\w+ )*(?:(?:public|package|internal|private) )?import (?:\w+ )?(\w+)/#
      return Set(lines.compactMap { $0.firstMatch(of: pattern).map { String($0.output.1) } })
    }

    /// The lines without comments.
    var code: [Substring] {
      lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
    }

    var description: String { path }
  }

  /// The folders of targets.
  static let targets: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: package.appendingPathComponent("Sources").path)
    return (names ?? []).filter { !$0.hasPrefix(".") }.sorted()
  }()

  /// Targets whose code is Swift, in the order of their names.
  static let swiftTargets = targets.filter {
    !["CEmbeddedFiles", "CKernels", "COpenBLAS", "COpenMPI", "CProcess"].contains($0)
  }

  /// All targets but the program.
  static let libraries = swiftTargets.filter { $0 != "SigmascopeCLI" }

  /// Every Swift file below a folder of the package.
  static func swiftFiles(in folder: String) throws -> [File] {
    let root = package.appendingPathComponent(folder)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
      .filter { $0.hasSuffix(".swift") }
      .map { try file("\(folder)/\($0)") }
  }

  /// Every folder below a folder of the package.
  static func folders(in folder: String) throws -> [String] {
    let root = package.appendingPathComponent(folder)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
      .map { "\(folder)/\($0)" }
      .filter {
        let url = package.appendingPathComponent($0)
        return (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true
      }
  }

  static func file(_ path: String) throws -> File {
    File(
      path: path,
      text: try String(contentsOf: package.appendingPathComponent(path), encoding: .utf8))
  }
}
