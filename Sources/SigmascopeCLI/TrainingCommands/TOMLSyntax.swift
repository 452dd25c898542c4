import Foundation

/// Refuses what toml++ cannot stand, before it reads the text.
///
/// It is compiled with assertions, so a header of a table that begins with something else than a name ends the program,
/// and so does a list that `}` closes. It follows the parts of a name by recursion, so a name of a million parts
/// exhausts the stack.
struct TOMLSyntax {
  /// What is wrong, and in which line.
  struct Fault: Error, Equatable {
    let line: Int
    let reason: String
  }

  /// No option and no study needs more.
  private static let partLimit = 32

  private let text: [UInt8]
  private var position = 0

  /// Checks the headers and names of a text as far as it is well formed; toml++ names every other fault.
  static func check(_ text: String) throws(Fault) {
    var syntax = TOMLSyntax(text: Array(text.utf8))
    while syntax.position < syntax.text.count { try syntax.statement() }
  }

  private init(text: [UInt8]) { self.text = text }

  private var current: UInt8? { position < text.count ? text[position] : nil }

  private func fault(_ reason: String) -> Fault {
    Fault(line: text[..<position].count { $0 == UInt8(ascii: "\n") } + 1, reason: reason)
  }

  /// One header, or one name with its value, with the white space before it.
  private mutating func statement() throws(Fault) {
    skip { Self.isBlank($0) || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
    guard let first = current else { return }
    if first == UInt8(ascii: "[") {
      position += 1
      if current == UInt8(ascii: "[") { position += 1 }
      skip(Self.isBlank)
      if let next = current, !Self.beginsName(next), next != UInt8(ascii: "]") {
        throw fault("a table's name is made of letters, digits, '-' and '_', or is put in quotes")
      }
    }
    try rest()
  }

  /// The rest of a statement: to the end of the line, over strings, lists and tables.
  private mutating func rest() throws(Fault) {
    var open: [UInt8] = []
    var dots = 0
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        string(byte)
        continue
      case UInt8(ascii: "#"):
        skip { $0 != UInt8(ascii: "\n") }
        continue
      case UInt8(ascii: "["), UInt8(ascii: "{"): open.append(byte)
      case UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: "}"):
        guard open.popLast() == UInt8(ascii: "{") else { throw fault("'}' closes no '{'") }
      case UInt8(ascii: "."): dots += 1
      case UInt8(ascii: "="), UInt8(ascii: ","): dots = 0
      case UInt8(ascii: "\n"):
        if open.isEmpty { return position += 1 }
        dots = 0
      default: break
      }
      if dots >= Self.partLimit { throw fault("a name has more than \(Self.partLimit) parts") }
      position += 1
    }
  }

  /// A string, of one line or of several.
  private mutating func string(_ quote: UInt8) {
    let isLong = text[position...].starts(with: [quote, quote, quote])
    position += isLong ? 3 : 1
    while let byte = current {
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        position += 2
      } else if byte == quote {
        guard isLong else { return position += 1 }
        // Up to two quotes may stand before the three that end it.
        let end = text[position...].prefix(5).prefix { $0 == quote }.count
        position += end
        if end >= 3 { return }
      } else if byte == UInt8(ascii: "\n"), !isLong {
        return
      } else {
        position += 1
      }
    }
  }

  private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
    while let byte = current, isSkipped(byte) { position += 1 }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private static func beginsName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "\""), UInt8(ascii: "'"):
      true
    default: false
    }
  }
}
