import Checkpoints
import Documents
import Experiments
import Foundation

/// The small base inside the program. `--base` and studies ask for it by its name. It is unpacked when it is
/// needed, because models are read from disk.
enum EmbeddedBase {
  static let name = "scratchpad"
  private static let files = EmbeddedFiles.files(in: "base-scratchpad")

  /// Where a base is that was given by a path or by ``name``. A folder of that name comes first.
  /// - Parameter folder: What a path is relative to; nil for the working directory, and the path is not
  ///   changed.
  /// - Throws: `OutputError` if the base cannot be unpacked.
  static func resolve(_ base: String, relativeTo folder: URL? = nil) throws -> String {
    let path = URL(fileURLWithPath: base, relativeTo: folder).standardizedFileURL.path
    if base == name, try !PathStatus.exists(path) { return try unpack() }
    return folder == nil ? base : path
  }

  /// The path of a base that was given by a path, by ``name`` or by its name in the local Hugging Face cache.
  /// - Throws: `OutputError` if the base cannot be unpacked; `CheckpointError` if it is not on this machine.
  static func path(of base: String) throws -> String {
    try HubCache.resolve(resolve(base), relativeTo: nil)
  }

  /// The folder of the base in the cache, named after its contents. If it is not there, it is made.
  ///
  /// It appears whole or not at all, also when several processes make it at once.
  static func unpack() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let home = BasisCache.defaultFolder(environment: environment).appendingPathComponent("bases")
    let folder = home.appendingPathComponent("\(name)-\(contents.prefix(16))")
    if isWhole(folder) { return folder.path }
    do {
      try AtomicFolder.write(to: folder.path) { (staged) throws(OutputError) in
        for file in files { try staged.write([UInt8](file.data), to: file.lastComponent) }
      }
    } catch {
      // Another process may have been faster.
      guard isWhole(folder) else { throw OutputError(error, caching: folder.path) }
    }
    return folder.path
  }

  private static func isWhole(_ folder: URL) -> Bool {
    files.allSatisfy { file in
      let path = folder.appendingPathComponent(file.lastComponent).path
      return FileManager.default.contents(atPath: path) == file.data
    }
  }

  /// A hash of all files.
  private static var contents: String {
    let hash = ContentHasher()
    for file in files {
      hash.update(text: file.lastComponent)
      hash.update([UInt8](file.data))
    }
    return hash.digest()
  }
}
