import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a folder holds, to tell whether this program wrote all of it.
struct FolderContents {
  /// The file that marks a folder as written by this program. It lists the other files, one name a line.
  static let marker = ".sigmascope"

  private let path: String
  /// The files below the folder by their relative names, sorted. Symbolic links count as files.
  let files: [String]

  /// Nil if there is nothing at the path.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)`` if it is no folder or cannot be read.
  init?(of path: String) throws(OutputError) {
    guard let status = try OutputError.status(of: path) else { return nil }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .cannotWrite(path: path, reason: OutputError.words(ENOTDIR))
    }
    self.path = path
    files = try OutputError.naming(path) {
      let manager = FileManager.default
      return try manager.subpathsOfDirectory(atPath: path).filter { name in
        let type = try manager.attributesOfItem(atPath: "\(path)/\(name)")[.type]
        return type as? FileAttributeType != .typeDirectory
      }.sorted()
    }
  }

  /// Throws unless all files are among these.
  /// - Throws: ``OutputError/holdsOthers(path:file:)`` with the first of the others.
  func requireOnly(_ isOwn: (String) -> Bool) throws(OutputError) {
    if let other = files.first(where: { !isOwn($0) && !Self.isOfDesktop($0) }) {
      throw .holdsOthers(path: path, file: other)
    }
  }

  /// Throws unless the folder is empty, or has a marker and no files that the marker does not list.
  /// - Throws: ``OutputError/notAReport(path:)``, ``OutputError/holdsOthers(path:file:)``.
  func requireMarked() throws(OutputError) {
    guard !files.isEmpty else { return }
    guard files.contains(Self.marker),
      let data = FileManager.default.contents(atPath: "\(path)/\(Self.marker)")
    else { throw .notAReport(path: path) }
    let listed = Set(String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init))
    try requireOnly { name in
      // The first versions wrote an empty marker.
      name == Self.marker
        || (listed.isEmpty ? Self.isOfFirstReports(name) : listed.contains(name))
    }
  }

  private static func isOfFirstReports(_ name: String) -> Bool {
    ["csv", "html", "json", "svg"].contains(URL(fileURLWithPath: name).pathExtension)
  }

  /// Whether a file is one that desktops put into every folder that they show.
  private static func isOfDesktop(_ name: String) -> Bool {
    [".DS_Store", "Thumbs.db"].contains(URL(fileURLWithPath: name).lastPathComponent)
  }
}
