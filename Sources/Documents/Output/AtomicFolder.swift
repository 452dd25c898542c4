import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A folder that appears under its final name complete or not at all: it is written next to that name, synced and then
/// renamed.
///
/// An existing folder is replaced only if this program wrote all files in it. Where the system can exchange two names,
/// there is a whole folder under the final name at every moment.
package struct AtomicFolder {
  /// Where its files are until the folder is renamed.
  package let path: String

  /// A folder that is there already, to be filled and then published.
  package init(filling path: String) { self.path = path }

  /// The file that marks a folder as written by this program.
  package static let marker = FolderContents.marker

  /// Which folders may be replaced.
  package enum Replaceable {
    /// Those that hold no file of a name that the new folder does not have too.
    case sameNames
    /// Those that were written with a marker, which lists their files, and hold no others.
    case marked
    /// Only empty ones.
    case empty
  }

  /// Writes a folder; an existing one is replaced.
  /// - Parameters:
  ///   - final: Its path; missing parents are created. A symbolic link is followed.
  ///   - replaceable: Which folders may be replaced. With `marked`, the new folder gets a marker.
  ///   - fill: Writes its files. If it throws, an existing folder stays unchanged.
  /// - Throws: ``OutputError``, with the final path.
  package static func write(
    to final: String, replacing replaceable: Replaceable = .sameNames,
    _ fill: (AtomicFolder) throws(OutputError) -> Void
  ) throws(OutputError) {
    let place = try StagingPlace(.folder, for: final)
    do throws(OutputError) {
      let folder = AtomicFolder(filling: place.path)
      try fill(folder)
      let names = try FolderContents(of: place.path)?.files ?? []
      if replaceable == .marked {
        try folder.write(names.map { "\($0)\n" }.joined(), to: FolderContents.marker)
      }
      try folder.synchronize()
      try check(final, replaceable, names: names)
      try place.replaceFolder()
    } catch .cannotWrite(_, let reason) {
      // The user knows the final path, not the hidden one.
      throw .cannotWrite(path: final, reason: reason)
    }
  }

  /// Writes a folder in steps that wait for each other; as ``write(to:replacing:_:)``.
  /// - Throws: ``OutputError``, with the final path; what `fill` throws.
  package static func write(
    to final: String, replacing replaceable: Replaceable,
    steps fill: (AtomicFolder) async throws -> Void
  ) async throws {
    let place = try StagingPlace(.folder, for: final)
    do {
      let folder = AtomicFolder(filling: place.path)
      try await fill(folder)
      let names = try FolderContents(of: place.path)?.files ?? []
      try folder.synchronize()
      try check(final, replaceable, names: names)
      try place.replaceFolder()
    } catch OutputError.cannotWrite(_, let reason) {
      throw OutputError.cannotWrite(path: final, reason: reason)
    }
  }

  /// Gives a folder its final name when all in it is on the disk. Nothing, or an empty folder, may have that name.
  /// - Parameters:
  ///   - staged: A folder beside the final one.
  ///   - final: Its path, which is no link.
  /// - Throws: ``OutputError``, with the final path.
  package static func publish(_ staged: String, as final: String) throws(OutputError) {
    do throws(OutputError) {
      try AtomicFolder(filling: staged).synchronize()
    } catch .cannotWrite(_, let reason) {
      throw .cannotWrite(path: final, reason: reason)
    }
    try checkAbsent(final)
    try StagingPlace.rename(staged, as: final)
  }

  /// Where a folder will be: the path itself, or where it leads if it is a link.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)`` for a link that leads nowhere.
  package static func place(of final: String) throws(OutputError) -> String {
    try StagingPlace.target(of: URL(fileURLWithPath: final).standardizedFileURL.path)
  }

  /// Throws unless nothing is at a path, or an empty folder.
  /// - Parameter option: The one that gives the path.
  /// - Throws: ``OutputError/exists(path:option:)``.
  package static func checkAbsent(
    _ path: String, option: String = "--out"
  ) throws(OutputError) {
    do throws(OutputError) {
      try check(path, .empty, names: [])
    } catch .exists {
      throw .exists(path: path, option: option)
    }
  }

  /// Throws unless a path is free for a folder with a marker.
  /// - Throws: ``OutputError/notAReport(path:)``, ``OutputError/holdsOthers(path:file:)``.
  package static func checkMarked(_ path: String) throws(OutputError) {
    try check(path, .marked, names: [])
  }

  /// Removes a folder, if it is there, with all that it holds.
  /// - Parameter isOwn: Whether a file is the caller's, by its name relative to the folder.
  /// - Throws: ``OutputError/holdsOthers(path:file:)`` if any is not; nothing is removed then.
  package static func remove(
    _ path: String, ifOnly isOwn: (String) -> Bool
  ) throws(OutputError) {
    guard let contents = try FolderContents(of: path) else { return }
    try contents.requireOnly(isOwn)
    try OutputError.naming(path) { try FileManager.default.removeItem(atPath: path) }
  }

  /// Throws unless nothing is at a path, or a folder without files. What a killed process left
  /// of a file does not count.
  /// - Throws: ``OutputError/holdsOthers(path:file:)``, with the first file.
  package static func requireEmpty(_ path: String) throws(OutputError) {
    try FolderContents(of: path)?.requireOnly { StagingLeftover(file: $0, in: "") != nil }
  }

  private static func check(
    _ path: String, _ replaceable: Replaceable, names: [String]
  ) throws(OutputError) {
    if path.isEmpty { throw .cannotWrite(path: path, reason: "the name is empty") }
    // A link that leads nowhere is found before there is something to write.
    _ = try StagingPlace.target(of: path)
    switch replaceable {
    case .sameNames:
      let own = Set(names)
      try FolderContents(of: path)?.requireOnly(own.contains)
    case .marked:
      if let status = try OutputError.status(of: path), status.st_mode & S_IFMT != S_IFDIR {
        throw .notAReport(path: path)
      }
      try FolderContents(of: path)?.requireMarked()
    case .empty:
      guard let status = try OutputError.status(of: path) else { return }
      guard status.st_mode & S_IFMT == S_IFDIR,
        try FolderContents(of: path)?.files.isEmpty ?? true
      else { throw .exists(path: path) }
    }
  }

  /// Writes a text file.
  package func write(_ text: String, to name: String) throws(OutputError) {
    try write(Array(text.utf8), to: name)
  }

  /// Writes a file of bytes.
  /// - Parameter name: Relative to the folder, such as `plots/ranks.svg`.
  package func write(_ bytes: [UInt8], to name: String) throws(OutputError) {
    try write(to: name) { append in try append(bytes) }
  }

  /// Writes a file of bytes, piece by piece.
  /// - Parameters:
  ///   - name: Relative to the folder.
  ///   - pieces: Hands on the pieces, in order.
  /// - Throws: ``OutputError``: what `pieces` throws, or what another error means for the file.
  package func write(
    to name: String, pieces: (_ append: ([UInt8]) throws -> Void) throws -> Void
  ) throws(OutputError) {
    let file = URL(fileURLWithPath: path).appendingPathComponent(name)
    try OutputError.naming(file.path) {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    }
    try FileWriter.create(file.path, pieces)
  }

  /// Waits until all files and folders in it are on the disk.
  private func synchronize() throws(OutputError) {
    let names = try OutputError.naming(path) {
      try FileManager.default.subpathsOfDirectory(atPath: path)
    }
    for name in names { try StagingPlace.synchronize("\(path)/\(name)") }
    try StagingPlace.synchronize(path)
  }
}
