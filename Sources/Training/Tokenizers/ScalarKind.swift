/// The classes of characters that the known split patterns tell apart.
enum ScalarKind: Sendable {
  /// Carriage return or line feed.
  case newline
  /// Other white space.
  case space
  case letter
  /// Of the general category N: also ½ and Ⅷ.
  case number
  case other

  init(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\n", "\r": self = .newline
    case "a"..."z", "A"..."Z": self = .letter
    case "0"..."9": self = .number
    default: self = Self.byProperties(scalar)
    }
  }

  private static func byProperties(_ scalar: Unicode.Scalar) -> ScalarKind {
    if scalar.properties.isWhitespace { return .space }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    default: return .other
    }
  }

  var isWhite: Bool { self == .space || self == .newline }
}
