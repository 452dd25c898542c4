package import Documents
package import Foundation

/// Writes the folder of a report; it replaces only another report.
package enum ReportFolder {
  /// Writes files by their names relative to the folder, which is replaced if it is a report that holds nothing else.
  /// - Throws: `OutputError`; what was there before is then still there.
  package static func write(_ files: [ReportFile], to folder: URL) throws(OutputError) {
    try checkReplaceable(folder)
    try AtomicFolder.write(to: folder.path, replacing: .marked) { (new) throws(OutputError) in
      for file in files { try new.write(to: file.name, pieces: file.write) }
    }
  }

  /// Throws unless the folder is absent, empty or a report without files of others.
  package static func checkReplaceable(_ folder: URL) throws(OutputError) {
    try AtomicFolder.checkMarked(folder.path)
  }
}
