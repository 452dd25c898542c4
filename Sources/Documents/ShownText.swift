extension Unicode.Scalar {
  /// Whether it changes how text around it looks, or a terminal, without being seen: control characters, marks of
  /// the direction of writing, line separators, and code points that are no characters.
  fileprivate var isInvisibleCommand: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060,
      0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB:
      true
    default: isNoncharacter
    }
  }

  fileprivate var isNoncharacter: Bool {
    value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value)
  }

  /// Whether it may not stand in XML, HTML or a table. Tabulators and line ends may.
  fileprivate var isForbiddenInDocuments: Bool {
    switch self {
    case "\t", "\n", "\r": false
    default: value < 0x20 || (0x7F...0x9F).contains(value) || isNoncharacter
    }
  }
}

extension String {
  /// The text as one line of a terminal. It may contain names from files, which may contain anything.
  ///
  /// Control characters and marks of the direction of writing are escaped as in Swift: `\n`, `\u{202E}`. A
  /// word or a quoted name of more than 400 characters is cut in the middle, and so is a line of more than 20,000.
  package var shownLine: String {
    var line = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      case "\t": line += "\\t"
      default:
        if scalar.isInvisibleCommand {
          line += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        } else {
          line.unicodeScalars.append(scalar)
        }
      }
    }
    guard line.utf8.count > Self.longestName else { return line }
    return line.split(separator: "'", omittingEmptySubsequences: false).map { quoted in
      quoted.unicodeScalars.count <= Self.longestName
        ? String(quoted)
        : quoted.split(separator: " ", omittingEmptySubsequences: false)
          .map { $0.cutInTheMiddle(to: Self.longestName) }.joined(separator: " ")
    }.joined(separator: "'")[...].cutInTheMiddle(to: Self.longestLine)
  }

  /// The text with U+FFFD in place of what may not stand in XML, HTML or a table.
  package var wellFormed: String {
    guard unicodeScalars.contains(where: \.isForbiddenInDocuments) else { return self }
    var result = ""
    for scalar in unicodeScalars {
      result.unicodeScalars.append(scalar.isForbiddenInDocuments ? "\u{FFFD}" : scalar)
    }
    return result
  }

  private static let longestName = 400
  private static let longestLine = 20_000
}

extension Substring {
  /// At most this many code points; what is left out is counted.
  fileprivate func cutInTheMiddle(to limit: Int) -> String {
    let count = unicodeScalars.count
    guard count > limit else { return String(self) }
    let scalars = Array(unicodeScalars)
    var result = String.UnicodeScalarView()
    result += scalars.prefix(limit / 2)
    result += " … \(count - limit / 2 * 2) more … ".unicodeScalars
    result += scalars.suffix(limit / 2)
    return String(result)
  }
}
