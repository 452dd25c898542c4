public import Documents
public import Foundation

/// The folder beside the output in which an unfinished analysis keeps its journal.
public struct AnalysisWorkspace: Sendable {
  /// The folder that will be written.
  public let output: URL
  /// `OUT.partial`, removed when the output is there.
  public let folder: URL
  /// The journal in it.
  public var journal: URL { folder.appendingPathComponent("journal.jsonl") }
  /// Whether an analysis that was stopped left something to continue.
  public let hasUnfinishedWork: Bool

  /// Touches nothing yet: input that turns out to be bad should leave no trace.
  public init(output path: String) {
    output = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    folder = output.deletingLastPathComponent()
      .appendingPathComponent(output.lastPathComponent + ".partial", isDirectory: true)
    let journal = folder.appendingPathComponent("journal.jsonl")
    hasUnfinishedWork = FileManager.default.fileExists(atPath: journal.path)
  }

  /// Makes the folder.
  /// - Throws: `OutputError`, which names the output.
  public func create() throws(OutputError) {
    try OutputError.naming(output.path) {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }

  /// Removes the folder and what is in it.
  public func remove() { try? FileManager.default.removeItem(at: folder) }
}
