import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The hidden place next to a file or folder, `.NAME.1f2e3d4c.tmp`, where it is written before it gets its final name.
///
/// The writer holds a lock on it, which ends with the process. A place without a lock was therefore left behind by a
/// killed process; the next write to the same name removes it.
struct StagingPlace: ~Copyable {
  /// The path of the hidden place.
  let path: String
  /// The descriptor of the file, for writing, or of the folder.
  let descriptor: Int32
  private let final: String
  /// The path of an old folder that is moved aside where names cannot be exchanged.
  private var aside: String { path + ".old" }

  enum Kind { case file, folder }

  /// Creates an empty file or folder and locks it.
  /// - Parameters:
  ///   - final: The path that it will have. Missing parents of a folder are created, those of a file are not. A
  ///     symbolic link is followed; it would else be replaced.
  init(_ kind: Kind, for final: String) throws(OutputError) {
    let final = try Self.target(of: final)
    let place = URL(fileURLWithPath: final)
    let parent = place.deletingLastPathComponent().path
    Self.removeLeftovers(of: place.lastPathComponent, in: parent)
    while true {
      let random = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
      let path = "\(parent)/.\(place.lastPathComponent).\(random).tmp"
      let descriptor = try Self.make(kind, path, for: final)
      // Before it was locked, another process may have removed it as a leftover.
      if flock(descriptor, LOCK_EX) == 0, unsafe access(path, F_OK) != 0, errno == ENOENT {
        close(descriptor)
        continue
      }
      self.path = path
      self.descriptor = descriptor
      self.final = final
      return
    }
  }

  private static func make(
    _ kind: Kind, _ path: String, for final: String
  ) throws(OutputError) -> Int32 {
    let descriptor: Int32
    switch kind {
    case .file:
      descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    case .folder:
      try OutputError.naming(final) {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw .ofSystem(writing: final) }
    return descriptor
  }

  deinit {
    // After `rename()` this path no longer exists.
    try? FileManager.default.removeItem(atPath: path)
    close(descriptor)
  }

  /// Where a path leads if it is a symbolic link, else the path itself.
  static func target(of path: String) throws(OutputError) -> String {
    let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
    guard isLink else { return path }
    guard let target = unsafe realpath(path, nil) else { throw .ofSystem(writing: path) }
    defer { unsafe free(target) }
    return unsafe String(cString: target)
  }

  /// Removes places of this name that no process locks. An old folder that was moved aside gets its name back if
  /// nothing has that name.
  private static func removeLeftovers(of name: String, in parent: String) {
    for leftover in StagingLeftover.all(in: parent) where leftover.name == name {
      if leftover.isAside, (try? PathStatus.exists("\(parent)/\(name)")) == false {
        leftover.ifUnused { _ = systemRename(leftover.path, "\(parent)/\(name)") }
      } else {
        leftover.remove()
      }
    }
  }

  /// Waits until a file or folder is on the disk.
  static func synchronize(_ path: String) throws(OutputError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .ofSystem(writing: path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .ofSystem(writing: path) }
  }

  /// Gives it the final name and waits until that is on the disk. Nothing or a file may be at the final path.
  borrowing func rename() throws(OutputError) { try Self.rename(path, as: final) }

  static func rename(_ path: String, as final: String) throws(OutputError) {
    guard systemRename(path, final) == 0 else { throw .ofSystem(writing: final) }
    try synchronizeParent(of: final)
  }

  /// Gives a folder its final name, in place of the folder that may be there.
  borrowing func replaceFolder() throws(OutputError) {
    guard try OutputError.status(of: final) != nil else { return try rename() }
    // The old folder then has the hidden path, which is removed with this value.
    if NameExchange.exchange(path, final) { return try Self.synchronizeParent(of: final) }
    guard systemRename(final, aside) == 0 else { throw .ofSystem(writing: final) }
    do throws(OutputError) {
      try rename()
    } catch {
      _ = systemRename(aside, final)
      throw error
    }
    try? FileManager.default.removeItem(atPath: aside)
  }

  private static func synchronizeParent(of final: String) throws(OutputError) {
    try synchronize(URL(fileURLWithPath: final).deletingLastPathComponent().path)
  }
}

/// `rename` of the C library; inside the type, the method of the same name hides it.
private func systemRename(_ old: String, _ new: String) -> Int32 { unsafe rename(old, new) }
