import Checkpoints
import Documents

/// How a text is cut into the words of a vocabulary of whole words.
package enum WordSplitting: Sendable, Equatable {
  /// Every Unicode scalar is a word.
  case characters
  /// As `characters`, but consecutive line feeds are one word.
  case lineCharacters
  /// Words are separated by white space, which is lost.
  case whitespace
  /// As `whitespace`, and runs of punctuation are words of their own.
  case wordsAndPunctuation

  init?(preTokenizer: JSONValue?) {
    switch preTokenizer?["type"]?.string {
    case "WhitespaceSplit": self = .whitespace
    case "Whitespace": self = .wordsAndPunctuation
    case "Split":
      guard preTokenizer?["behavior"]?.string == "Isolated",
        preTokenizer?["invert"]?.boolean != true
      else { return nil }
      let pattern = preTokenizer?["pattern"]
      switch pattern?["Regex"]?.string ?? pattern?["String"]?.string {
      case "", #"[\s\S]"#, "(?m:.)": self = .characters
      case "." where pattern?["String"] == nil: self = .lineCharacters
      default: return nil
      }
    default: return nil
    }
  }

  func words(of text: String) -> [String] {
    switch self {
    case .characters: text.unicodeScalars.map { String($0) }
    case .lineCharacters: Self.lineCharacters(text)
    case .whitespace:
      text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }
    case .wordsAndPunctuation:
      text.unicodeScalars.split { $0.properties.isWhitespace }.flatMap { Self.runs($0) }
    }
  }

  private static func lineCharacters(_ text: String) -> [String] {
    var words: [String] = []
    for scalar in text.unicodeScalars {
      if scalar == "\n", words.last?.unicodeScalars.last == "\n" {
        words[words.count - 1].unicodeScalars.append(scalar)
      } else {
        words.append(String(scalar))
      }
    }
    return words
  }

  /// Cuts where a letter, mark, digit or underscore meets something else.
  private static func runs(_ text: Substring.UnicodeScalarView) -> [String] {
    var words: [String] = []
    var previous: Bool?
    for scalar in text {
      let isWord = isWordScalar(scalar)
      if isWord != previous { words.append("") }
      words[words.count - 1].unicodeScalars.append(scalar)
      previous = isWord
    }
    return words
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isAlphabetic { return true }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark:
      return true
    default: return false
    }
  }
}
