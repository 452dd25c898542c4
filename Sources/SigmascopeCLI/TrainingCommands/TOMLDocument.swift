import Documents
import TOMLKit

/// A TOML text: its table, and its lines, which errors name.
struct TOMLDocument {
  let table: TOMLTable
  let lines: [String]

  /// Reads a file.
  /// - Throws: ``ConfigurationError`` with the line at fault.
  init(file path: String) throws(ConfigurationError) {
    let bytes: [UInt8]
    do {
      bytes = try TextFile.bytes(of: path)
    } catch {
      throw ConfigurationError(path: path, line: nil, reason: error.reason)
    }
    try self.init(String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// - Parameters:
  ///   - text: The TOML.
  ///   - path: What errors call it.
  /// - Throws: ``ConfigurationError`` with the line at fault.
  init(_ text: String, path: String) throws(ConfigurationError) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    do {
      try TOMLSyntax.check(text)
      table = try TOMLTable(string: text)
    } catch let fault as TOMLSyntax.Fault {
      throw ConfigurationError(path: path, line: fault.line, reason: fault.reason)
    } catch let error as TOMLParseError {
      throw ConfigurationError(
        path: path, line: error.source.begin.line,
        reason: TOMLOptions.firstLine(error.description))
    } catch {
      throw ConfigurationError(path: path, line: nil, reason: "it cannot be read: \(error)")
    }
  }
}
