#if canImport(Glibc)
  package import Glibc
#elseif canImport(Musl)
  package import Musl
#else
  package import Darwin
#endif

/// What is at a path, following links. A question that the system does not answer is an error: the path would else count
/// as missing.
package enum PathStatus {
  /// The system's description of what is there; nil if there is nothing, or if links lead in a loop.
  package static func of(_ path: String) throws(TextFile.Fault) -> stat? {
    var status = stat()
    if unsafe stat(path, &status) == 0 { return status }
    let code = errno
    if [ENOENT, ENOTDIR, ELOOP].contains(code) { return nil }
    throw TextFile.Fault(
      path: path, reason: unsafe String(cString: strerror(code)).lowercased(), isAbsent: false)
  }

  /// Whether something is there.
  package static func exists(_ path: String) throws(TextFile.Fault) -> Bool {
    try of(path) != nil
  }
}

extension OutputError {
  /// What is at the path of an output; nil if there is nothing.
  package static func status(of path: String) throws(OutputError) -> stat? {
    do {
      return try PathStatus.of(path)
    } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
  }
}
