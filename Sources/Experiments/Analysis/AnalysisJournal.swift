import Checkpoints
import Documents
import Foundation
import Spectra

/// What an unfinished analysis has computed so far: one line per unit, appended when the unit is finished. A
/// killed analysis loses at most the units that it was working on.
///
/// The first line is a fingerprint of everything that the numbers depend on; a journal with another
/// fingerprint is not continued. Each further line is a checksum and JSON. A line that fails its checksum, such
/// as a last line that was cut off, is dropped.
actor AnalysisJournal {
  static let fileName = "journal.jsonl"
  private let handle: FileHandle
  /// The folder of the journal, for errors.
  private let folder: String
  private let fingerprint: String
  private let encoder = JSONEncoder()
  /// The units that were finished when the journal was opened, by key.
  let finished: [String: ModuleAnalysis]

  /// Opens a journal for appending.
  /// - Parameter continuing: Whether to keep the existing units if they belong to this analysis. Otherwise the journal
  ///   starts empty.
  init(file: URL, fingerprint: String, continuing: Bool) throws {
    let head = Data((Self.mark + fingerprint + "\n").utf8)
    var kept = head
    var finished = [String: ModuleAnalysis]()
    if continuing, let data = try? Data(contentsOf: file), data.starts(with: head) {
      let decoder = JSONDecoder()
      for line in data.dropFirst(head.count).split(separator: UInt8(ascii: "\n")) {
        guard let json = Self.json(ofLine: line, fingerprint),
          let entry = try? decoder.decode(JournalEntry.self, from: json)
        else { continue }
        finished[entry.key] = entry.analysis
        kept += line + [UInt8(ascii: "\n")]
      }
    }
    self.finished = finished
    self.fingerprint = fingerprint
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
    let json = try encoder.encode(JournalEntry(key: key, analysis: analysis))
    var line = Data((Self.checksum(of: json, fingerprint) + " ").utf8)
    line += json
    line.append(UInt8(ascii: "\n"))
    try OutputError.naming(folder) { try handle.write(contentsOf: line) }
  }

  /// What the file of a journal begins with.
  private static let mark = "sigmascope-journal-2 "

  /// Whether this program wrote a file, to judge by its beginning. The first version wrote only a fingerprint of 32
  /// hexadecimal digits as the first line.
  static func isJournal(_ file: URL) -> Bool {
    guard let data = try? Data(contentsOf: file, options: .alwaysMapped) else { return false }
    let mark = Data(mark.utf8)
    return data.starts(with: mark)
      || (data.count > 32 && data[32] == UInt8(ascii: "\n")
        && data.prefix(32).allSatisfy { Character(UnicodeScalar($0)).isHexDigit })
  }

  /// The JSON of a line that passes its checksum.
  private static func json(ofLine line: Data, _ fingerprint: String) -> Data? {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    let json = Data(line[(space + 1)...])
    return line[..<space] == Data(checksum(of: json, fingerprint).utf8) ? json : nil
  }

  private static func checksum(of json: Data, _ fingerprint: String) -> String {
    let hash = ContentHasher()
    // With the fingerprint, a line of another journal fails too.
    hash.update(text: fingerprint)
    hash.update([UInt8](json))
    return hash.digest()
  }
}

/// A line of the journal. Spectra are stored as bytes: writing thousands of decimal numbers per line would
/// take longer than some of the decompositions.
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
        // Unaligned, because a slice of decoded bytes can start at any address.
        unsafe bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self)
      }
    }
  }
}
