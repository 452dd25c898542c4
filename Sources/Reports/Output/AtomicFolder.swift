public import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why a report could not be written.
public enum OutputError: Error, Equatable {
  /// The file system refused; `reason` is its word.
  case cannotWrite(path: String, reason: String)
  /// Something that is not a report is where the report should go.
  case notAReport(path: String)
}

extension OutputError {
  /// What the file system said while something was written to a path.
  public init(_ error: any Error, writing path: String) {
    self = .cannotWrite(path: path, reason: Self.reason(of: error))
  }

  /// The system's own words, such as `no space left on device`.
  private static func reason(of error: any Error) -> String {
    var innermost = error
    while let inner = (innermost as NSError).userInfo[NSUnderlyingErrorKey] as? any Error {
      innermost = inner
    }
    let code = innermost as NSError
    if code.domain == NSPOSIXErrorDomain { return words(Int32(code.code)) }
    if (innermost as? CocoaError)?.code == .fileWriteOutOfSpace { return words(ENOSPC) }
    return code.localizedDescription
  }

  private static func words(_ code: Int32) -> String {
    unsafe String(cString: strerror(code)).lowercased()
  }
}

extension OutputError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      "'\(path)' cannot be written (\(reason)): free space there or give another folder with --out"
    case .notAReport(let path):
      "'\(path)' exists and is not a report of this program: remove it or give another folder with "
        + "--out"
    }
  }
}

/// Writes a folder whole or not at all: under a temporary name beside its own, synced, then renamed.
public enum AtomicFolder {
  /// The file that marks a folder as one of ours, which may be replaced.
  static let marker = ".sigmascope"

  /// Writes files by their names relative to the folder, which is replaced if it is a report.
  /// - Throws: ``OutputError``; what was there before is then still there.
  public static func write(_ files: [ReportFile], to folder: URL) throws(OutputError) {
    let manager = FileManager.default
    let parent = folder.deletingLastPathComponent()
    let temporary = parent.appendingPathComponent(
      ".\(folder.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).tmp")
    try checkReplaceable(folder)
    do {
      try? manager.removeItem(at: temporary)
      try manager.createDirectory(at: temporary, withIntermediateDirectories: true)
      for file in files + [ReportFile(name: marker, bytes: [])] {
        try write(file, in: temporary)
      }
      if manager.fileExists(atPath: folder.path) {
        // The rename of a folder over another needs an empty target: the old one steps aside first.
        let old = parent.appendingPathComponent(temporary.lastPathComponent + ".old")
        try? manager.removeItem(at: old)
        try manager.moveItem(at: folder, to: old)
        try manager.moveItem(at: temporary, to: folder)
        try? manager.removeItem(at: old)
      } else {
        try manager.moveItem(at: temporary, to: folder)
      }
    } catch {
      try? manager.removeItem(at: temporary)
      throw OutputError(error, writing: folder.path)
    }
  }

  /// Throws unless the folder is absent, empty or a report.
  public static func checkReplaceable(_ folder: URL) throws(OutputError) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
      if FileManager.default.fileExists(atPath: folder.path) {
        throw .notAReport(path: folder.path)
      }
      return
    }
    if !names.isEmpty, !names.contains(marker) { throw .notAReport(path: folder.path) }
  }

  private static func write(_ file: ReportFile, in folder: URL) throws {
    let url = folder.appendingPathComponent(file.name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(file.bytes).write(to: url)
    let handle = try FileHandle(forWritingTo: url)
    try handle.synchronize()
    try handle.close()
  }
}
