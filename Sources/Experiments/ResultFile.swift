import Documents
import Foundation

/// Results that a piece of work leaves for a later session: JSON files that appear whole, in which numbers may be infinite.
package enum ResultFile {
  /// Why a file gives no result.
  package enum Fault: Error, Equatable {
    /// It cannot be read, in the system's words.
    case unreadable(String)
    /// It can, and holds something else.
    case foreign

    /// In words for a user.
    package var reason: String {
      switch self {
      case .unreadable(let reason): reason
      case .foreign: "it is not what this program writes"
      }
    }
  }

  private static let infinity = "infinity", noNumber = "nan"

  package static func read<Value: Decodable>(
    _ type: Value.Type, from file: String
  ) throws(Fault) -> Value {
    let data: Data
    do {
      data = Data(try TextFile.bytes(of: file))
    } catch {
      throw .unreadable(error.reason)
    }
    do {
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: infinity, negativeInfinity: "-" + infinity, nan: noNumber)
      return try decoder.decode(type, from: data)
    } catch {
      throw .foreign
    }
  }

  /// Writes a file, with the folder that it is in. It appears under its name complete or not at all.
  /// - Throws: `OutputError`.
  package static func write(_ value: some Encodable, to file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A short run that broke moved the policy without bound.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: infinity, negativeInfinity: "-" + infinity, nan: noNumber)
    let data = try encoder.encode(value)
    try OutputError.naming(file) {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: file).deletingLastPathComponent(),
        withIntermediateDirectories: true)
    }
    try AtomicFile.write([UInt8](data), to: file)
  }
}
