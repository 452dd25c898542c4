import CEmbeddedFiles
import Foundation

/// The files that are part of the program: the presets of studies, and the small base.
///
/// They are compiled in from `notebooks-data`, so that the program needs nothing beside it.
enum EmbeddedFiles {
  struct File {
    /// Its path below `notebooks-data`.
    let name: String
    let data: Data

    /// The last part of its name.
    var lastComponent: String { URL(fileURLWithPath: name).lastPathComponent }
  }

  static let all: [File] = (0..<sigmascope_embedded_file_count()).map { index in
    let file = unsafe sigmascope_embedded_file_at(index)
    return unsafe File(
      name: String(cString: file.name), data: Data(bytes: file.bytes, count: file.count))
  }

  /// The files of a folder, in the order of the list in `EmbeddedFiles.c`.
  static func files(in folder: String) -> [File] {
    all.filter { $0.name.hasPrefix(folder + "/") }
  }
}
