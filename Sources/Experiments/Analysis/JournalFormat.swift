import Checkpoints
import Documents
package import Foundation
package import Spectra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The text of a journal: a line with a fingerprint, then one line per finished unit, a checksum and JSON.
///
/// A line that fails its checksum, such as a last line that was cut off, counts as missing, and so does one whose
/// numbers no analysis gives.
package struct JournalFormat: Sendable {
  private let fingerprint: String

  /// - Parameter fingerprint: Of everything that the numbers depend on; a journal with another one is not read.
  package init(fingerprint: String) { self.fingerprint = fingerprint }

  /// The first line.
  package var head: Data { Data((Self.mark + fingerprint + "\n").utf8) }

  /// The line of a finished unit.
  func line(of analysis: ModuleAnalysis, key: String) throws -> Data {
    line(of: try JSONEncoder().encode(JournalEntry(key: key, analysis: analysis)))
  }

  /// The line of this JSON.
  package func line(of json: Data) -> Data {
    Data((checksum(of: json) + " ").utf8) + json + Self.end
  }

  /// The units of a journal by key, and the text without the lines that count as missing.
  package func read(_ journal: Data) -> (finished: [String: ModuleAnalysis], kept: Data) {
    var finished = [String: ModuleAnalysis]()
    var kept = head
    guard journal.starts(with: head) else { return (finished, kept) }
    let decoder = JSONDecoder()
    for line in journal.dropFirst(head.count).split(separator: UInt8(ascii: "\n")) {
      guard let json = json(of: line),
        let entry = try? decoder.decode(JournalEntry.self, from: json), entry.analysis.isPlausible
      else { continue }
      finished[entry.key] = entry.analysis
      kept += line + Self.end
    }
    return (finished, kept)
  }

  /// Whether this program wrote a file, to judge by its beginning. The first version wrote only a fingerprint of 32
  /// hexadecimal digits as the first line.
  /// - Throws: `OutputError` if the file is there but cannot be read: it would else count as one of others.
  static func isJournal(_ file: URL) throws(OutputError) -> Bool {
    guard let status = try OutputError.status(of: file.path), status.st_mode & S_IFMT == S_IFREG
    else { return false }
    let data = try OutputError.naming(file.path) {
      try Data(contentsOf: file, options: .alwaysMapped)
    }
    return data.starts(with: Data(mark.utf8))
      || (data.count > 32 && data[32] == UInt8(ascii: "\n")
        && data.prefix(32).allSatisfy { Character(UnicodeScalar($0)).isHexDigit })
  }

  /// What the file of a journal begins with.
  private static let mark = "sigmascope-journal-2 "

  private static let end = Data("\n".utf8)

  /// The JSON of a line that passes its checksum.
  private func json(of line: Data) -> Data? {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
    let json = Data(line[(space + 1)...])
    return line[..<space] == Data(checksum(of: json).utf8) ? json : nil
  }

  private func checksum(of json: Data) -> String {
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
