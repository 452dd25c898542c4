/// A regular expression for the names of modules, matched in bounded time.
///
/// Expressions come from the configuration of an adapter, which is not trusted, and a matcher that backtracks can take
/// forever: `(a+)+b`. This one follows all alternatives at once (Thompson's construction), so a match costs at most
/// the length of the expression times that of the name, once more for each look ahead.
///
/// Supported is what PEFT's users write, with Python's meaning: characters, `.`, classes, groups, `|`, `*`, `+`, `?`,
/// `{m,n}`, lazy or not, `^`, `$`, `\b`, `\d`, `\w`, `\s`, and looking ahead. Only whether the whole name matches is
/// asked, so laziness changes nothing. Anything else is refused.
///
/// **Source:** Thompson, "Regular expression search algorithm", Communications of the ACM 11 (6), 1968.
struct NamePattern: Sendable, Equatable {
  /// One step of the compiled expression. It goes on with the step after it unless it says otherwise.
  enum Step: Sendable, Equatable {
    /// Reads one character of the class.
    case read(CharacterClass)
    /// Goes on with both.
    case split(Int, Int)
    case jump(Int)
    case start, end
    /// Between a letter and something else, or not.
    case boundary(Bool)
    /// Goes on behind `end` if what stands between here and there can be read from here, or if it cannot.
    case ahead(end: Int, isWanted: Bool)
    case accept
  }

  let steps: [Step]

  /// - Throws: ``NamePatternError``.
  init(_ text: String) throws(NamePatternError) {
    var parser = NamePatternParser(text)
    let tree = try parser.parse()
    var compiler = NamePatternCompiler()
    try compiler.add(tree)
    try compiler.add(.accept)
    steps = compiler.steps
  }

  /// Whether the expression matches a whole name.
  /// - Parameter budget: How many steps may be taken; what was taken is subtracted.
  /// - Throws: ``NamePatternError/tooCostly`` if it does not suffice.
  func matches(_ name: String, budget: inout Int) throws(NamePatternError) -> Bool {
    let matcher = NamePatternMatcher(steps: steps, text: Array(name.unicodeScalars))
    return try matcher.matches(from: 0, at: 0, whole: true, budget: &budget)
  }
}

/// Why an expression cannot be used.
enum NamePatternError: Error, Equatable {
  /// It is no regular expression.
  case malformed
  /// It is one, but not of the kind that is read here.
  case unsupported(String)
  /// Written out, it is too long.
  case tooLong
  /// It takes too many steps on these names.
  case tooCostly
}

/// The characters that one step reads.
struct CharacterClass: Sendable, Equatable {
  var ranges: [ClosedRange<UInt32>] = []
  /// Classes that are not ranges, such as `\D` inside of brackets.
  var parts: [CharacterClass] = []
  var isNegated = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isInside =
      ranges.contains { $0.contains(scalar.value) } || parts.contains { $0.contains(scalar) }
    return isInside != isNegated
  }

  static func single(_ scalar: Unicode.Scalar) -> CharacterClass {
    CharacterClass(ranges: [scalar.value...scalar.value])
  }

  /// `.`: everything but a line feed.
  static let any = CharacterClass(ranges: [10...10], isNegated: true)
  static let digit = CharacterClass(ranges: [0x30...0x39])
  static let space = CharacterClass(ranges: [9...13, 0x1C...0x20])
  /// Letters, digits and `_`; beyond ASCII, everything counts as a letter.
  static let word = CharacterClass(
    ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A, 0x80...0x10_FFFF])

  func negated() -> CharacterClass { CharacterClass(parts: [self], isNegated: true) }
}
