import Documents

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Access to the file system.
enum FileSystem {
  enum Kind {
    case file, folder, other
    /// The system does not tell, for example because links lead in a loop.
    case unknown
  }

  /// What is at the path, following links; nil if there is nothing.
  static func kind(of path: String) -> Kind? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      return errno == ENOENT || errno == ENOTDIR ? nil : .unknown
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// Whether something is there that is no folder. If it is no regular file either, opening it says so.
  static func isFile(_ path: String) -> Bool { ![nil, .folder].contains(kind(of: path)) }
  static func isFolder(_ path: String) -> Bool { kind(of: path) == .folder }

  /// What tells files and folders apart, whatever paths lead to them.
  struct Identity: Hashable {
    private let device: UInt64
    private let file: UInt64

    fileprivate init(_ status: stat) {
      device = UInt64(truncatingIfNeeded: status.st_dev)
      file = UInt64(truncatingIfNeeded: status.st_ino)
    }
  }

  /// The identity of what is at the path, following links; nil if there is nothing.
  static func identity(of path: String) -> Identity? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Identity(status) : nil
  }

  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// The names in a folder, sorted by their bytes.
  static func names(in folder: String) throws(CheckpointError) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw failure(at: folder, code: errno) }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      // At the end as well as after an error there is no entry; only an error sets the number.
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        if errno != 0 { throw failure(at: folder, code: errno) }
        break
      }
      // The system ends the name with a zero inside the entry.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The folders in a folder, sorted by name; hidden ones are left out.
  static func folders(in folder: String) throws(CheckpointError) -> [String] {
    try names(in: folder).filter { !$0.hasPrefix(".") && isFolder(join(folder, $0)) }
  }

  /// The names in a folder that are not UTF-8, with U+FFFD in place of the faulty bytes; nothing can be opened by them.
  /// Hidden ones are left out.
  static func namesInOtherEncodings(in folder: String) throws(CheckpointError) -> [String] {
    try names(in: folder).filter {
      !$0.hasPrefix(".") && $0.contains("\u{FFFD}") && kind(of: join(folder, $0)) == nil
    }
  }

  /// - Parameter limit: The largest file that is read, in bytes.
  static func bytes(of path: String, limit: Int = .max) throws(CheckpointError) -> [UInt8] {
    let file = try OpenFile(path: path)
    if file.size > limit {
      throw .unreadable(path: path, reason: "\(file.size) bytes, more than \(limit)")
    }
    return try file.bytes(at: 0, count: file.size)
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// The path from the root, without `.`, `..`, links and slashes at its end; as given if nothing is there.
  static func resolved(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// The path without `.` and without `name/..`, unless a link on the way makes that another place.
  static func tidied(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    let tidy = (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    return !tidy.isEmpty && resolved(tidy) == resolved(path) ? tidy : path
  }

  /// The components of the path from the root. Links keep their names, unless the path goes up.
  static func components(of path: String) -> [String] {
    let given = path.split(separator: "/").map(String.init).filter { $0 != "." }
    if path.hasPrefix("/"), !given.contains("..") { return given }
    if given.contains("..") { return components(of: resolved(path)).filter { $0 != ".." } }
    return resolved(".").split(separator: "/").map(String.init) + given
  }

  /// The last component: `c` of `a/b/c` and of `a/b/c/`.
  static func lastComponent(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// All but the last component; `.` if there is only one.
  static func parent(of path: String) -> String {
    let trimmed = path.last == "/" ? String(path.dropLast()) : path
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  static func failure(at path: String, code: Int32) -> CheckpointError {
    code == ENOENT || code == ENOTDIR
      ? .notFound(path: path)
      : .unreadable(path: path, reason: unsafe String(cString: strerror(code)).lowercased())
  }
}

extension JSONValue {
  /// Reads a JSON file in the dialect that Python's tools write.
  init(file path: String) throws(CheckpointError) {
    try self.init(parsing: FileSystem.bytes(of: path), of: path, dialect: .python)
  }

  /// Reads the bytes of a file.
  /// - Throws: ``CheckpointError/invalidJSON(file:offset:fault:)``.
  init(
    parsing bytes: [UInt8], of file: String, dialect: Dialect = .strict
  ) throws(CheckpointError) {
    do {
      try self.init(parsing: bytes, dialect: dialect)
    } catch {
      throw .invalidJSON(file: file, offset: error.offset, fault: error.fault)
    }
  }
}
