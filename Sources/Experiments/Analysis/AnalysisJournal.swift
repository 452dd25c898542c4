import Documents
import Foundation
import Spectra

/// What an unfinished analysis has computed so far: one line per unit, appended when the unit is finished. A
/// killed analysis loses at most the units that it was working on.
actor AnalysisJournal {
  static let fileName = "journal.jsonl"
  private let handle: FileHandle
  /// The folder of the journal, for errors.
  private let folder: String
  private let format: JournalFormat
  /// What was finished when the journal was opened, by the units' keys.
  private let finished: [String: ModuleAnalysis]

  /// Opens a journal for appending.
  /// - Parameter continuing: Whether to keep the existing units if they belong to this analysis. Otherwise the journal
  ///   starts empty.
  init(file: URL, fingerprint: String, continuing: Bool) throws {
    let format = JournalFormat(fingerprint: fingerprint)
    let (finished, kept) = format.read(
      continuing ? (try? Data(contentsOf: file)) ?? Data() : Data())
    self.finished = finished
    self.format = format
    let folder = file.deletingLastPathComponent().path
    self.folder = folder
    handle = try OutputError.naming(folder) {
      try AtomicFile.write([UInt8](kept), to: file.path)
      let handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      return handle
    }
  }

  /// The result of a unit that was finished when the journal was opened; nil for others.
  nonisolated func finished(_ unit: AnalysisUnit) -> ModuleAnalysis? {
    finished[unit.key].flatMap { $0.identity == unit.identity ? $0 : nil }
  }

  /// Adds a finished unit.
  func append(_ analysis: ModuleAnalysis, key: String) throws {
    let line = try format.line(of: analysis, key: key)
    try OutputError.naming(folder) { try handle.write(contentsOf: line) }
  }
}
