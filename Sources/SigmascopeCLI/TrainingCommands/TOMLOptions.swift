import Documents
import Foundation
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

/// One key of a TOML table that stands for an option of a command, with its possible values.
struct TOMLOptions {
  /// An option with one of its values; an option of lists has several words.
  struct Choice {
    let key: String
    let values: [String]

    /// As a command line has it.
    var arguments: [String] {
      switch values {
      case ["true"]: ["--\(key)"]
      case ["false"]: []
      default: ["--\(key)"] + values
      }
    }
  }

  let key: String
  let choices: [[String]]

  /// The arguments of all choices, one after the other.
  var arguments: [String] { choices.flatMap { Choice(key: key, values: $0).arguments } }

  /// A value as words of a command line; nil for tables, dates and nested lists.
  static func values(_ value: any TOMLValueConvertible) -> [String]? {
    if let text = value.string { return [text] }
    if let integer = value.int { return ["\(integer)"] }
    if let number = value.double { return ["\(number)"] }
    if let flag = value.bool { return ["\(flag)"] }
    guard let array = value.array else { return nil }
    let parts = array.map { values($0) ?? [] }
    return parts.contains { $0.count != 1 } ? nil : parts.flatMap { $0 }
  }

  /// The line of the option that a message names with its dashes; if the section does not set it, the line of
  /// the section's header; nil without either.
  /// - Parameters:
  ///   - message: Names the option.
  ///   - lines: Of the file.
  ///   - section: The header of the table; empty for the keys before any header.
  ///   - number: Which of the tables with this header.
  static func line(
    of message: String, in lines: [String], section: String, number: Int
  ) -> Int? {
    var seen = 0
    var isInside = section.isEmpty
    var header: Int?
    for (index, line) in lines.enumerated() {
      let trimmed = line.trimmingCharacters(in: .whitespaces)
      if trimmed.hasPrefix("[") {
        if trimmed.hasPrefix(section), !section.isEmpty { seen += 1 }
        isInside = !section.isEmpty && trimmed.hasPrefix(section) && seen == number
        if isInside { header = index + 1 }
        continue
      }
      guard isInside, let key = key(of: trimmed) else { continue }
      if names(message, key) { return index + 1 }
    }
    return header
  }

  /// Whether a message names this option, and not a longer one with the same beginning.
  private static func names(_ message: String, _ key: String) -> Bool {
    message.ranges(of: "--\(key)").contains { range in
      guard range.upperBound < message.endIndex else { return true }
      let next = message[range.upperBound]
      return !(next.isLetter || next.isNumber || next == "-")
    }
  }

  /// `rank` of `rank = 8`.
  private static func key(of line: String) -> String? {
    guard let sign = line.firstIndex(of: "="), !line.hasPrefix("#") else { return nil }
    let key = line[..<sign].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
    return key.isEmpty ? nil : key
  }

  static func firstLine(_ text: String) -> String {
    text.split(separator: "\n").first.map(String.init) ?? text
  }

  /// `3e-3` for 0.003, `0.05` for 0.05.
  static func short(_ number: Double) -> String {
    // Below, a power of ten is no normal number.
    guard number.isNormal, number > 1e-300 else { return "\(number)" }
    let power = Int(floor(log10(number)))
    let digits = number / pow(10, Double(power))
    let rounded = (digits * 1000).rounded() / 1000
    return power < -2
      ? "\(rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)")e\(power)" : "\(number)"
  }
}

extension [TOMLOptions] {
  /// Every combination of one choice for each option, the last option changing fastest.
  var combinations: [[TOMLOptions.Choice]] {
    reduce([[]]) { sofar, option in
      sofar.flatMap { chosen in
        option.choices.map { chosen + [TOMLOptions.Choice(key: option.key, values: $0)] }
      }
    }
  }
}
