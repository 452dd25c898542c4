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

/// The text of a journal: a line with a fingerprint, then one line for each result: a checksum, the key of what it is a
/// result of, and JSON.
///
/// A line that fails its checksum, such as a last line that was cut off, counts as missing, and so does one whose
/// numbers no analysis gives.
package struct JournalFormat: Sendable {
  private let fingerprint: String

  /// - Parameter fingerprint: Of everything that the numbers depend on; a journal with another one is not read.
  package init(fingerprint: String) { self.fingerprint = fingerprint }

  /// The first line.
  package var head: Data { Data((Self.mark + "\(Self.version) " + fingerprint + "\n").utf8) }

  /// The line of a result.
  func line(of result: some Encodable, key: String) throws -> Data {
    line(of: try JSONEncoder().encode(result), key: key)
  }

  /// The line of this JSON.
  package func line(of json: Data, key: String) -> Data {
    let rest = Data((key + " ").utf8) + json
    return Data((checksum(of: rest) + " ").utf8) + rest + Self.end
  }

  /// The results of a journal, not decoded yet, by key; of two with one key the last. Nil if it has another fingerprint.
  package func read(_ journal: Data) -> [String: Data]? {
    guard journal.starts(with: head) else { return nil }
    var results = [String: Data]()
    for line in journal.dropFirst(head.count).split(separator: UInt8(ascii: "\n")) {
      if let (key, json) = result(of: line) { results[key] = json }
    }
    return results
  }

  /// The key and the JSON of a line that passes its checksum.
  func result(of line: Data) -> (key: String, json: Data)? {
    let space = UInt8(ascii: " ")
    guard let first = line.firstIndex(of: space) else { return nil }
    let rest = line[(first + 1)...]
    guard let second = rest.firstIndex(of: space),
      line[..<first] == Data(checksum(of: rest).utf8)
    else { return nil }
    return (String(decoding: rest[..<second], as: UTF8.self), rest[(second + 1)...])
  }

  /// The unit whose result a line is; nil for other results.
  func unit(of line: Data) -> ModuleIdentity? {
    result(of: line.dropLast()).flatMap { result in
      try? JSONDecoder().decode(JournaledModule.self, from: result.json).analysis?.identity
    }
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
    // One that was killed before its first line is empty.
    return data.isEmpty || data.starts(with: Data(mark.utf8))
      || (data.count > 32 && data[32] == UInt8(ascii: "\n")
        && data.prefix(32).allSatisfy { Character(UnicodeScalar($0)).isHexDigit })
  }

  /// What the file of a journal begins with, in all versions.
  private static let mark = "sigmascope-journal-"

  private static let version = 3

  private static let end = Data("\n".utf8)

  private func checksum(of rest: Data) -> String {
    let hash = ContentHasher()
    // With the fingerprint, a line of another journal fails too.
    hash.update(text: fingerprint)
    hash.update([UInt8](rest))
    return hash.digest()
  }
}

/// The result of a unit as a journal holds it. Spectra are stored as bytes: writing thousands of decimal numbers per line
/// would take longer than some of the decompositions.
package struct JournaledModule: Codable {
  private let rest: ModuleAnalysis
  private let base: Data
  private let adapted: Data
  private let update: Data

  init(_ analysis: ModuleAnalysis) {
    base = analysis.baseSingularValues.data
    adapted = analysis.adaptedSingularValues.data
    update = analysis.updateSingularValues.data
    var rest = analysis
    rest.baseSingularValues = []
    rest.adaptedSingularValues = []
    rest.updateSingularValues = []
    self.rest = rest
  }

  /// The analysis; nil if no analysis gives such numbers.
  package var analysis: ModuleAnalysis? {
    var whole = rest
    whole.baseSingularValues = [Double](base)
    whole.adaptedSingularValues = [Double](adapted)
    whole.updateSingularValues = [Double](update)
    return whole.isPlausible ? whole : nil
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
