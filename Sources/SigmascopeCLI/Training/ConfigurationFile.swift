import ArgumentParser
import Foundation
import TOMLKit

/// A TOML file of a command's options, by their long names.
struct ConfigurationFile {
  let path: String
  /// The options as a command line has them.
  let arguments: [String]
  private let lines: [String]

  /// - Throws: ``ConfigurationError`` for what is not TOML, a key that is no option, or a table.
  init(path: String, options: Set<String>) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError(path: path, line: nil, reason: "no such file")
    }
    let text = String(decoding: data, as: UTF8.self)
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw ConfigurationError(
        path: path, line: error.source.begin.line, reason: error.description.firstLine)
    }
    var arguments = [String]()
    for key in table.keys.sorted() {
      guard options.contains(key) else {
        throw ConfigurationError(
          path: path, line: Self.line(of: key, in: lines), reason: "'\(key)' is no option")
      }
      guard let values = table[key].flatMap(Self.values) else {
        throw ConfigurationError(
          path: path, line: Self.line(of: key, in: lines),
          reason: "'\(key)' is not a number, text, flag or list of them")
      }
      if values == ["true"] {
        arguments.append("--\(key)")
      } else if values != ["false"] {
        arguments += ["--\(key)"] + values
      }
    }
    self.arguments = arguments
  }

  /// The line that sets an option which a message names; nil if the file sets none of them.
  func line(namedIn message: String) -> Int? {
    for key in arguments where key.hasPrefix("--") && message.contains(key) {
      if let line = Self.line(of: String(key.dropFirst(2)), in: lines) { return line }
    }
    return nil
  }

  private static func line(of key: String, in lines: [String]) -> Int? {
    lines.firstIndex { line in
      let trimmed = line.drop { " \t\"[".contains($0) }
      return trimmed.hasPrefix(key)
        && trimmed.dropFirst(key.count).first { !" \t\"".contains($0) }.map { "=]".contains($0) }
          ?? false
    }.map { $0 + 1 }
  }

  private static func values(_ value: any TOMLValueConvertible) -> [String]? {
    if let text = value.string { return [text] }
    if let integer = value.int { return ["\(integer)"] }
    if let number = value.double { return ["\(number)"] }
    if let flag = value.bool { return ["\(flag)"] }
    guard let array = value.array else { return nil }
    let parts = array.map { values($0) ?? [] }
    return parts.contains { $0.count != 1 } ? nil : parts.flatMap { $0 }
  }
}

/// What is wrong with a configuration file.
struct ConfigurationError: Error, CustomStringConvertible {
  let path: String
  let line: Int?
  let reason: String

  var description: String { path + (line.map { ":\($0)" } ?? "") + ": " + reason }
}

extension String {
  fileprivate var firstLine: String { split(separator: "\n").first.map(String.init) ?? self }
}
