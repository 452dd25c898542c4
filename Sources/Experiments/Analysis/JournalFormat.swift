import Checkpoints
import Documents
package import Foundation
import Spectra

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The text of a journal: a line with a fingerprint and the BLAS kernel that computes, then one line for each result: a
/// checksum, the key of what it is a result of, and JSON. Where a process with another kernel goes on, it writes a line
/// with its kernel first.
///
/// A line that fails its checksum, such as a last line that was cut off, counts as missing, and so does one whose
/// numbers no analysis gives.
package struct JournalFormat: Sendable {
  private let fingerprint: String
  /// The kernel that computes here.
  let kernel: String

  /// - Parameters:
  ///   - fingerprint: Of everything that the numbers depend on but the kernel; a journal with another one is not read.
  ///   - kernel: The processor family whose BLAS kernels compute here.
  package init(fingerprint: String, kernel: String) {
    self.fingerprint = fingerprint
    self.kernel = kernel
  }

  /// The first line.
  package var head: Data { start + Data(kernel.utf8) + Self.end }

  private var start: Data { Data((Self.mark + "\(Self.version) " + fingerprint + " ").utf8) }

  /// The kernel that a first line names; nil for other lines, and those of another fingerprint.
  private func kernel(ofHead line: Data) -> String? {
    line.starts(with: start) ? String(decoding: line.dropFirst(start.count), as: UTF8.self) : nil
  }

  /// The line of a result.
  func line(of result: some Encodable, key: String) throws -> Data {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: Self.infinity, negativeInfinity: "-" + Self.infinity, nan: Self.nan)
    return line(of: try encoder.encode(result), key: key)
  }

  /// The result that JSON of a line holds; nil if it holds none of this type.
  package func decoded<Value: Decodable>(_ type: Value.Type, _ json: Data) -> Value? {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: Self.infinity, negativeInfinity: "-" + Self.infinity, nan: Self.nan)
    return try? decoder.decode(type, from: json)
  }

  /// The line of this JSON.
  package func line(of json: Data, key: String) -> Data {
    let rest = Data((key + " ").utf8) + json
    return Data((checksum(of: rest) + " ").utf8) + rest + Self.end
  }

  /// Finds the results of a journal, without decoding them.
  /// - Parameters:
  ///   - read: Gives the bytes of a range of the journal, fewer where it ends.
  ///   - found: Is given each line that passes its checksum: its key, its place without its end, and the kernel.
  /// - Returns: Where the journal ends, whether its last line is whole, and the kernel that computed last; nil if the
  ///   journal has another fingerprint, or not even a first line.
  /// - Throws: What `read` throws.
  package func scan<Failure: Error>(
    _ read: (Range<Int>) throws(Failure) -> Data,
    found: (_ key: String, _ line: Range<Int>, _ kernel: String) -> Void
  ) throws(Failure) -> (end: Int, isWhole: Bool, kernel: String)? {
    var kernel: String?
    var line = Data()
    var position = 0
    while true {
      let chunk = try read(position..<position + Self.chunk)
      guard !chunk.isEmpty else { return kernel.map { (position, line.isEmpty, $0) } }
      var rest = chunk[...]
      while let end = rest.firstIndex(of: Self.newline) {
        line += rest[..<end]
        let place = position + (end - chunk.startIndex)
        kernel = self.kernel(ofHead: line) ?? kernel
        guard let current = kernel else { return nil }
        if let (key, _) = result(of: line) { found(key, place - line.count..<place, current) }
        line = Data()
        rest = rest[(end + 1)...]
      }
      line += rest
      position += chunk.count
    }
  }

  /// The key and the JSON of a line that passes its checksum.
  package func result(of line: Data) -> (key: String, json: Data)? {
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
    result(of: line.dropLast()).flatMap {
      decoded(JournaledModule.self, $0.json)?.analysis?.identity
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

  private static let version = 4

  static let newline = UInt8(ascii: "\n")
  private static let end = Data([newline])
  /// So many bytes of a journal are in memory at once, and its longest line.
  private static let chunk = 1 << 20
  /// What numbers are written as that JSON does not know.
  private static let infinity = "inf", nan = "nan"

  private func checksum(of rest: Data) -> String {
    let hash = ContentHasher()
    // With the fingerprint, a line of another journal fails too.
    hash.update(text: fingerprint)
    hash.update([UInt8](rest))
    return hash.digest()
  }
}
