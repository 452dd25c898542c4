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

  /// Whether two paths lead to the same file or folder.
  static func isSame(_ first: String, _ second: String) -> Bool {
    var one = stat()
    var other = stat()
    guard unsafe stat(first, &one) == 0, unsafe stat(second, &other) == 0 else { return false }
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino
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

  static func bytes(of path: String) throws(CheckpointError) -> [UInt8] {
    let file = try OpenFile(path: path)
    return try file.bytes(at: 0, count: file.size)
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
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
