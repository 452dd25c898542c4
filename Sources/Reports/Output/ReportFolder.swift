package import Documents
package import Foundation

/// Writes the folder of a report; it replaces only another report.
package enum ReportFolder {
  /// The file that marks a folder as a report of this program, which may be replaced.
  private static let marker = ".sigmascope"

  /// Writes files by their names relative to the folder, which is replaced if it is a report.
  /// - Throws: `OutputError`; what was there before is then still there.
  package static func write(_ files: [ReportFile], to folder: URL) throws(OutputError) {
    try checkReplaceable(folder)
    try AtomicFolder.write(to: folder.path) { (new) throws(OutputError) in
      for file in files { try new.write(file.bytes, to: file.name) }
      try new.write([UInt8](), to: marker)
    }
  }

  /// Throws unless the folder is absent, empty or a report.
  package static func checkReplaceable(_ folder: URL) throws(OutputError) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
      if FileManager.default.fileExists(atPath: folder.path) {
        throw .notAReport(path: folder.path)
      }
      return
    }
    if !names.isEmpty, !names.contains(marker) { throw .notAReport(path: folder.path) }
  }
}
