import Documents
import Foundation
import Spectra

/// What an unfinished analysis has computed so far: one line of JSON a unit, appended as units finish,
/// so that a killed analysis loses at most the units in flight.
///
/// The first line is a fingerprint of everything that the numbers depend on; a journal of another
/// analysis is not continued. A last line that was cut short is dropped.
actor AnalysisJournal {
  private let handle: FileHandle
  /// The folder of the journal, named where it cannot be written.
  private let folder: String
  private let encoder = JSONEncoder()
  /// The finished units by key, as they were when the journal was opened.
  let finished: [String: ModuleAnalysis]

  /// Opens a journal for appending, with what it already holds if that belongs to this analysis.
  /// - Parameter continuing: Whether to keep what is there; else the journal starts anew.
  init(file: URL, fingerprint: String, continuing: Bool) throws {
    let head = Data((fingerprint + "\n").utf8)
    var kept = head
    var finished = [String: ModuleAnalysis]()
    if continuing, let data = try? Data(contentsOf: file), data.starts(with: head) {
      let decoder = JSONDecoder()
      for line in data.dropFirst(head.count).split(separator: UInt8(ascii: "\n")) {
        guard let entry = try? decoder.decode(JournalEntry.self, from: line) else { break }
        finished[entry.key] = entry.analysis
        kept += line + [UInt8(ascii: "\n")]
      }
    }
    self.finished = finished
    let folder = file.deletingLastPathComponent().path
    self.folder = folder
    handle = try OutputError.naming(folder) {
      try AtomicFile.write([UInt8](kept), to: file.path)
      let handle = try FileHandle(forWritingTo: file)
      try handle.seekToEnd()
      return handle
    }
  }

  /// Adds a finished unit.
  func append(_ analysis: ModuleAnalysis, key: String) throws {
    var line = try encoder.encode(JournalEntry(key: key, analysis: analysis))
    line.append(UInt8(ascii: "\n"))
    try OutputError.naming(folder) { try handle.write(contentsOf: line) }
  }
}

/// A line of the journal. Spectra are kept as bytes: thousands of decimal numbers a line would cost
/// more than some of the decompositions.
private struct JournalEntry: Codable {
  let key: String
  private let rest: ModuleAnalysis
  private let base: Data
  private let adapted: Data
  private let update: Data

  init(key: String, analysis: ModuleAnalysis) {
    self.key = key
    base = analysis.baseSingularValues.data
    adapted = analysis.adaptedSingularValues.data
    update = analysis.updateSingularValues.data
    var rest = analysis
    rest.baseSingularValues = []
    rest.adaptedSingularValues = []
    rest.updateSingularValues = []
    self.rest = rest
  }

  var analysis: ModuleAnalysis {
    var whole = rest
    whole.baseSingularValues = [Double](base)
    whole.adaptedSingularValues = [Double](adapted)
    whole.updateSingularValues = [Double](update)
    return whole
  }
}

extension [Double] {
  fileprivate var data: Data { unsafe withUnsafeBytes { unsafe Data($0) } }

  fileprivate init(_ data: Data) {
    self = unsafe data.withUnsafeBytes { bytes in
      (0..<bytes.count / MemoryLayout<Double>.size).map { index in
        // Unaligned: a slice of decoded bytes starts anywhere.
        unsafe bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self)
      }
    }
  }
}
