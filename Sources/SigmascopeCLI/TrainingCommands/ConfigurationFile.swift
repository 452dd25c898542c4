import ArgumentParser
import Documents
import Foundation
import TOMLKit

/// A TOML file of a command's options, by their long names.
struct ConfigurationFile {
  let path: String
  private let options: [TOMLOptions]
  private let lines: [String]

  /// - Parameters:
  ///   - path: The file.
  ///   - names: The options that it may have.
  ///   - flags: Those that are true or false.
  /// - Throws: ``ConfigurationError`` for what is not TOML, a key that is no option, or a value that is none.
  init(path: String, options names: Set<String>, flags: Set<String>) throws(ConfigurationError) {
    let document = try TOMLDocument(file: path)
    let table = document.table
    self.path = path
    lines = document.lines
    var options = [TOMLOptions]()
    for key in table.keys.sorted() {
      guard names.contains(key) else {
        let meant =
          ForeignOptions.option(meantBy: key, among: names)
          ?? NearestName.of(key, in: names.sorted())
        throw ConfigurationError(
          path: path, line: Self.line(of: key, in: lines),
          reason: "'\(key)' is no option" + (meant.map { "; did you mean '\($0)'?" } ?? ""))
      }
      do {
        options.append(
          TOMLOptions(
            key: key, choices: [try TOMLOptions.values(of: key, in: table, flags: flags)]))
      } catch {
        throw ConfigurationError(
          path: path, line: Self.line(of: key, in: lines), reason: error.reason)
      }
    }
    self.options = options
  }

  /// The options as a command line has them, without those that were typed too.
  /// - Parameter typed: Their long names.
  func arguments(besides typed: Set<String>) -> [String] {
    options.filter { !$0.isReplaced(by: typed) }.flatMap(\.arguments)
  }

  /// The line that sets an option which a message names; nil if the file sets none of them.
  func line(namedIn message: String) -> Int? {
    TOMLOptions.line(of: message, in: lines, section: "", number: 1)
  }

  private static func line(of key: String, in lines: [String]) -> Int? {
    TOMLOptions.line(of: "--\(key)", in: lines, section: "", number: 1)
      ?? lines.firstIndex { $0.contains("[\(key)") }.map { $0 + 1 }
  }
}

/// What is wrong with a configuration file.
struct ConfigurationError: BadInput {
  let path: String
  let line: Int?
  let reason: String

  var description: String { path + (line.map { ":\($0)" } ?? "") + ": " + reason }
}
