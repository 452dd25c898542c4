import ArgumentParser
import Documents
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
    let document = try TOMLDocument(file: path)
    let table = document.table
    self.path = path
    lines = document.lines
    var arguments = [String]()
    for key in table.keys.sorted() {
      guard options.contains(key) else {
        let meant =
          ForeignOptions.option(meantBy: key, among: options)
          ?? NearestName.of(key, in: options.sorted())
        throw ConfigurationError(
          path: path, line: Self.line(of: key, in: lines),
          reason: "'\(key)' is no option" + (meant.map { "; did you mean '\($0)'?" } ?? ""))
      }
      guard let values = table[key].flatMap(TOMLOptions.values) else {
        throw ConfigurationError(
          path: path, line: Self.line(of: key, in: lines),
          reason: "'\(key)' is not a number, text, flag or list of them")
      }
      arguments += TOMLOptions.Choice(key: key, values: values).arguments
    }
    self.arguments = arguments
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
