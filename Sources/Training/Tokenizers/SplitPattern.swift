/// The regular expressions by which known byte-level tokenizers cut a text into words.
///
/// Each is recognised by its exact text and matched by a scanner; no expression is interpreted.
enum SplitPattern: Sendable, Equatable, CaseIterable {
  case gpt2
  case llama3
  case qwen2

  init?(expression: String) {
    guard let known = Self.allCases.first(where: { $0.expression == expression }) else {
      return nil
    }
    self = known
  }

  var expression: String {
    switch self {
    case .gpt2:
      #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
    case .llama3: Self.modern(numbers: #"\p{N}{1,3}"#)
    case .qwen2: Self.modern(numbers: #"\p{N}"#)
    }
  }

  private static func modern(numbers: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"# + numbers
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  /// The words of a text; every scalar belongs to exactly one word.
  /// - Complexity: O(count of `text`).
  func words(of text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    let scanner = WordScanner(text: text, pattern: self)
    var words: [ArraySlice<Unicode.Scalar>] = []
    var start = 0
    while start < text.count {
      let end = scanner.end(from: start)
      words.append(text[start..<end])
      start = end
    }
    return words
  }
}

/// Finds the end of a match of a split pattern: tries its alternatives in order, each without backtracking.
struct WordScanner {
  private let text: [Unicode.Scalar]
  private let kinds: [ScalarKind]
  private let pattern: SplitPattern

  init(text: [Unicode.Scalar], pattern: SplitPattern) {
    self.text = text
    self.pattern = pattern
    kinds = text.map { ScalarKind($0) }
  }

  /// The end of the word that starts here; always beyond `start`.
  func end(from start: Int) -> Int {
    if let end = contraction(start) { return end }
    switch pattern {
    case .gpt2: return classic(start)
    case .llama3: return modern(start, digits: 3)
    case .qwen2: return modern(start, digits: 1)
    }
  }

  /// GPT-2: runs of letters, of numbers and of other characters, each with up to one space before it.
  private func classic(_ start: Int) -> Int {
    let first = text[start] == " " ? start + 1 : start
    guard first < text.count, !kinds[first].isWhite else { return whiteSpace(start) }
    return run(of: kinds[first], from: first)
  }

  /// Since GPT-4: any one character may precede letters, numbers are short, and line ends belong to the characters
  /// before them.
  private func modern(_ start: Int, digits: Int) -> Int {
    switch kinds[start] {
    case .letter: return run(of: .letter, from: start)
    case .number: return min(run(of: .number, from: start), start + digits)
    case .space, .other:
      if start + 1 < text.count, kinds[start + 1] == .letter {
        return run(of: .letter, from: start + 1)
      }
    case .newline: break
    }
    let first = text[start] == " " ? start + 1 : start
    if first < text.count, kinds[first] == .other {
      return run(of: .newline, from: run(of: .other, from: first))
    }
    let end = whiteEnd(start)
    if let last = kinds[start..<end].lastIndex(of: .newline) { return last + 1 }
    return whiteSpace(start)
  }

  private func contraction(_ start: Int) -> Int? {
    guard text[start] == "'", start + 1 < text.count else { return nil }
    let first = folded(start + 1)
    if ["s", "t", "m", "d"].contains(first) { return start + 2 }
    guard start + 2 < text.count else { return nil }
    let isPair =
      switch (first, folded(start + 2)) {
      case ("r", "e"), ("v", "e"), ("l", "l"): true
      default: false
      }
    return isPair ? start + 3 : nil
  }

  /// Lower case where the pattern ignores case; the long s then counts as an s.
  private func folded(_ index: Int) -> Unicode.Scalar {
    let scalar = text[index]
    if pattern == .gpt2 { return scalar }
    if scalar == "\u{17F}" { return "s" }
    if ("A"..."Z").contains(scalar) { return Unicode.Scalar(UInt8(scalar.value) + 32) }
    return scalar
  }

  private func run(of kind: ScalarKind, from start: Int) -> Int {
    kinds[start...].firstIndex { $0 != kind } ?? kinds.count
  }

  private func whiteEnd(_ start: Int) -> Int {
    kinds[start...].firstIndex { !$0.isWhite } ?? kinds.count
  }

  /// White space leaves its last character to the word that follows.
  private func whiteSpace(_ start: Int) -> Int {
    let end = whiteEnd(start)
    return end == text.count || end == start + 1 ? end : end - 1
  }
}

/// The classes of characters that the known split patterns tell apart.
enum ScalarKind: Sendable {
  /// Carriage return or line feed.
  case newline
  /// Other white space.
  case space
  case letter
  /// General category N, which includes ½ and Ⅷ.
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
