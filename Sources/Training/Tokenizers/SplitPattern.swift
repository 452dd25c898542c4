/// The regular expressions by which known byte-level tokenizers cut a text into words.
///
/// Each is known by its exact text and matched by a scanner; no expression is interpreted.
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

  /// The words of a text; every scalar is in one.
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
