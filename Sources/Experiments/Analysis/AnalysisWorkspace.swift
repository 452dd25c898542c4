package import Documents
package import Foundation

/// The folder next to the output in which an unfinished analysis keeps its journal.
package struct AnalysisWorkspace: Sendable {
  /// The folder of the report.
  package let output: URL
  /// `OUT.partial`, which is removed when the output exists.
  package let folder: URL
  /// The journal in it.
  package var journal: URL { folder.appendingPathComponent("journal.jsonl") }
  /// Whether there is a journal of a stopped analysis to continue.
  package let hasUnfinishedWork: Bool

  /// Creates nothing on disk yet, so that an analysis that fails on bad input leaves no files behind.
  package init(output path: String) {
    output = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    folder = output.deletingLastPathComponent()
      .appendingPathComponent(output.lastPathComponent + ".partial", isDirectory: true)
    let journal = folder.appendingPathComponent("journal.jsonl")
    hasUnfinishedWork = FileManager.default.fileExists(atPath: journal.path)
  }

  /// Creates the folder.
  /// - Throws: `OutputError`, which names the output.
  package func create() throws(OutputError) {
    try OutputError.naming(output.path) {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }

  /// Removes the folder and its contents.
  package func remove() { try? FileManager.default.removeItem(at: folder) }
}
