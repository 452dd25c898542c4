import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why something could not be written.
public enum OutputError: Error, Equatable {
  /// The file system refused for this `reason`.
  case cannotWrite(path: String, reason: String)
  /// The file system refused to write a file of the cache, whose place `--out` does not change.
  case cannotCache(path: String, reason: String)
  /// What this program wrote a while ago, such as a journal, cannot be read, or is not what it wrote.
  case cannotReadBack(path: String, reason: String)
  /// Something that this program did not write is where a report or a model should go.
  case notAReport(path: String)
  /// Something is where a new folder should go, which replaces nothing; an option gives another place.
  case exists(path: String, option: String = "--out")
  /// A folder would be replaced or removed that holds a file which this program did not write.
  case holdsOthers(path: String, file: String)
  /// Another process is writing to the folder.
  case inUse(path: String)
  /// Results could not be written to standard output.
  case cannotPrint(reason: String)
}

extension OutputError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      "'\(path)' cannot be written (\(reason)): \(reason.contains("space") ? "free space there or " : "")give another "
        + "folder with --out"
    case .cannotCache(let path, let reason):
      "'\(path)' cannot be written (\(reason)): set SIGMASCOPE_CACHE to a folder where it can"
    case .cannotReadBack(let path, let reason):
      "'\(path)' cannot be read back (\(reason)): run the command again with --resume"
    case .notAReport(let path):
      "'\(path)' exists and was not written by this program: remove it or give another folder with "
        + "--out"
    case .exists(let path, let option):
      "'\(path)' exists, and nothing is replaced: remove it or give another folder with \(option)"
    case .holdsOthers(let path, let file):
      "'\(path)' holds '\(file)', which this program did not write: move that away or give another "
        + "folder with --out"
    case .inUse(let path):
      "'\(path)' is in use by another process of this program: wait until that has ended or give "
        + "another folder with --out"
    case .cannotPrint(let reason):
      "the results cannot be written to standard output (\(reason)): free space there or send them "
        + "elsewhere"
    }
  }
}

extension OutputError {
  /// An error of the file system while a path was written.
  public init(_ error: any Error, writing path: String) {
    self = .cannotWrite(path: path, reason: Self.reason(of: error))
  }

  /// The same for a path in the cache.
  public init(_ error: any Error, caching path: String) {
    self = .cannotCache(path: path, reason: Self.reason(of: error))
  }

  /// The error of the last system call, from `errno`.
  static func ofSystem(writing path: String) -> OutputError {
    .cannotWrite(path: path, reason: words(errno))
  }

  /// Does work that writes to a path, and names this path in the error if the work fails.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)`` if `work` throws.
  public static func naming<Result>(
    _ path: String, _ work: () throws -> Result
  ) throws(OutputError) -> Result {
    do {
      return try work()
    } catch {
      throw OutputError(error, writing: path)
    }
  }

  /// The system's own words, such as `no space left on device`.
  private static func reason(of error: any Error) -> String {
    if case .cannotWrite(_, let reason)? = error as? OutputError { return reason }
    var innermost = error
    while let inner = (innermost as NSError).userInfo[NSUnderlyingErrorKey] as? any Error {
      innermost = inner
    }
    let code = innermost as NSError
    if code.domain == NSPOSIXErrorDomain { return words(Int32(code.code)) }
    if (innermost as? CocoaError)?.code == .fileWriteOutOfSpace { return words(ENOSPC) }
    return code.localizedDescription
  }

  package static func words(_ code: Int32) -> String {
    unsafe String(cString: strerror(code)).lowercased()
  }
}
