import Foundation
import TOMLKit

/// One key of a TOML table that stands for an option of a command, with its possible values.
struct TOMLOptions {
  /// One word of a file.
  enum Value: Equatable {
    case text(String)
    case flag(Bool)

    /// As a command line, or a name, has it.
    var text: String {
      switch self {
      case .text(let text): text
      case .flag(let flag): "\(flag)"
      }
    }
  }

  /// An option with one of its values; an option of lists has several words.
  struct Choice {
    let key: String
    let values: [Value]

    /// As a command line has it.
    var arguments: [String] {
      switch values {
      case [.flag(true)]: ["--\(key)"]
      case [.flag(false)]: []
      // A number below zero would be taken for an option.
      case let values where values.count == 1 && values[0].text.hasPrefix("-"):
        ["--\(key)=\(values[0].text)"]
      default: ["--\(key)"] + values.map(\.text)
      }
    }
  }

  /// Options whose values are put together where two places of a file, or file and command line, give some: each of them is
  /// an option of its own.
  private static let cumulative: Set = ["task-option"]

  let key: String
  let choices: [[Value]]

  /// The arguments of all choices, one after the other.
  var arguments: [String] { choices.flatMap { Choice(key: key, values: $0).arguments } }

  /// Whether another place that sets these options takes this one away.
  func isReplaced(by keys: Set<String>) -> Bool {
    keys.contains(key) && !Self.cumulative.contains(key)
  }

  /// The words of a key's value.
  /// - Parameters:
  ///   - key: An option.
  ///   - table: Has this key.
  ///   - flags: The options that are true or false; the others take values.
  /// - Throws: ``Fault``.
  static func values(
    of key: String, in table: TOMLTable, flags: Set<String>
  ) throws(Fault) -> [Value] {
    guard let values = table[key].flatMap({ words($0) }) else {
      throw Fault(reason: "'\(key)' is not a number, text, flag or list of them")
    }
    if values.isEmpty { throw Fault(reason: "'\(key)' is an empty list") }
    for value in values {
      switch value {
      case .flag where !flags.contains(key):
        throw Fault(reason: "'\(key)' takes a value, not true or false")
      case .text where flags.contains(key): throw Fault(reason: "'\(key)' is true or false")
      default: break
      }
    }
    return values
  }

  /// What is wrong with the value of a key.
  struct Fault: Error { let reason: String }

  /// Nil for tables, dates and nested lists.
  private static func words(_ value: any TOMLValueConvertible) -> [Value]? {
    if let text = value.string { return [.text(text)] }
    if let integer = value.int { return [.text("\(integer)")] }
    if let number = value.double { return [.text("\(number)")] }
    if let flag = value.bool { return [.flag(flag)] }
    guard let array = value.array else { return nil }
    let parts = array.map { words($0) ?? [] }
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
