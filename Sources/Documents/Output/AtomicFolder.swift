import Foundation

/// A folder that appears under its final name complete or not at all: it is written next to that name, synced and then
/// renamed.
package struct AtomicFolder {
  /// Where its files are until the folder is renamed.
  package let path: String

  /// Writes a folder; an existing one is replaced.
  /// - Parameters:
  ///   - final: Its path; missing parents are created.
  ///   - fill: Writes its files. If it throws, an existing folder stays unchanged.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``, with the final path.
  package static func write(
    to final: String, _ fill: (AtomicFolder) throws(OutputError) -> Void
  ) throws(OutputError) {
    let place = try StagingPlace(.folder, for: final)
    do throws(OutputError) {
      let folder = AtomicFolder(path: place.path)
      try fill(folder)
      try folder.synchronize()
      try replace(final, by: place)
    } catch {
      // The user knows the final path, not the hidden one.
      throw OutputError(error, writing: final)
    }
  }

  /// Writes a text file.
  package func write(_ text: String, to name: String) throws(OutputError) {
    try write(Array(text.utf8), to: name)
  }

  /// Writes a file of bytes.
  /// - Parameter name: Relative to the folder, such as `plots/ranks.svg`.
  package func write(_ bytes: [UInt8], to name: String) throws(OutputError) {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try OutputError.naming(file.path) {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
  }

  /// Waits until all files and folders in it are on the disk.
  private func synchronize() throws(OutputError) {
    let names = try OutputError.naming(path) {
      try FileManager.default.subpathsOfDirectory(atPath: path)
    }
    for name in names { try StagingPlace.synchronize("\(path)/\(name)") }
    try StagingPlace.synchronize(path)
  }

  /// Gives a place its final name. A folder cannot be renamed over another, so the old one is moved aside first.
  private static func replace(
    _ final: String, by place: borrowing StagingPlace
  ) throws(OutputError) {
    let manager = FileManager.default
    let old = place.path + ".old"
    let isReplaced = manager.fileExists(atPath: final)
    if isReplaced {
      try OutputError.naming(final) { try manager.moveItem(atPath: final, toPath: old) }
    }
    do throws(OutputError) {
      try place.rename()
    } catch {
      if isReplaced { try? manager.moveItem(atPath: old, toPath: final) }
      throw error
    }
    try? manager.removeItem(atPath: old)
  }
}
