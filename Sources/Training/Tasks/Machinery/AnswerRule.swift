/// How the answer is extracted from a completion before it is compared.
public enum AnswerRule: Sendable, Equatable {
  /// All of the completion, byte for byte.
  case exact
  /// The last number: `#### 1,234.50` answers 1234.5. Exponents and fractions are not read.
  case number
  /// The content of the last `\boxed{…}`, compared as a number if it is one.
  case boxed
  /// The first group of the last match of a regular expression, or the whole match if it has no group.
  ///
  /// The expression is matched with backtracking: nested repetitions may take exponential time on what a
  /// model writes.
  case regex(String)

  /// The answer in a form that is equal for equal answers; nil where the text has none.
  func answer(in text: String) -> String? {
    switch self {
    case .exact: text
    case .number: DecimalText.last(in: text)
    case .boxed: Self.lastBox(in: text).map { DecimalText.canonical($0) ?? $0 }
    case .regex(let pattern): Self.lastMatch(of: pattern, in: text)
    }
  }

  /// Why the rule cannot be applied; nil for a valid rule.
  var fault: String? {
    guard case .regex(let pattern) = self else { return nil }
    do {
      _ = try Regex(pattern)
      return nil
    } catch {
      return "'\(pattern)'"
    }
  }

  private static func lastMatch(of pattern: String, in text: String) -> String? {
    guard let expression = try? Regex(pattern), let match = text.matches(of: expression).last
    else { return nil }
    let groups = match.output
    let place = groups.count > 1 ? 1 : 0
    return groups[place].substring.map { String($0) }
  }

  /// The content of the last box, without surrounding white space; nil if its braces are not closed.
  private static func lastBox(in text: String) -> String? {
    let bytes = Array(text.utf8)
    let opening = Array(#"\boxed{"#.utf8)
    var start = bytes.count - opening.count
    while start >= 0 {
      if bytes[start...].starts(with: opening) {
        return closed(bytes[(start + opening.count)...])
      }
      start -= 1
    }
    return nil
  }

  private static func closed(_ bytes: ArraySlice<UInt8>) -> String? {
    var depth = 1
    for (index, byte) in zip(bytes.indices, bytes) {
      if byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "}") { depth -= 1 }
      if depth == 0 {
        return trimmed(String(decoding: bytes[..<index], as: UTF8.self))
      }
    }
    return nil
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
