/// Reads the text of an expression.
struct NamePatternParser {
  /// Groups in groups; Python's own limit is of this size.
  private static let depthLimit = 100
  private static let countLimit = 1000

  private let text: [Unicode.Scalar]
  private var position = 0
  private var depth = 0

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

  private mutating func take(_ wanted: String) -> Bool {
    let scalars = Array(wanted.unicodeScalars)
    guard text[position...].starts(with: scalars) else { return false }
    position += scalars.count
    return true
  }

  mutating func parse() throws(NamePatternError) -> NamePatternTree {
    let tree = try alternatives()
    // Only a closing bracket that nothing opened can be left.
    guard next == nil else { throw .malformed }
    return tree
  }

  private mutating func alternatives() throws(NamePatternError) -> NamePatternTree {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw .unsupported("groups this deep") }
    var parts = [try sequence()]
    while take("|") { parts.append(try sequence()) }
    return parts.count == 1 ? parts[0] : .alternatives(parts)
  }

  private mutating func sequence() throws(NamePatternError) -> NamePatternTree {
    var parts: [NamePatternTree] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      parts.append(try repeated(try atom(scalar)))
    }
    return .sequence(parts)
  }

  /// An atom with the quantifier behind it, if there is one.
  private mutating func repeated(_ atom: NamePatternTree) throws(NamePatternError)
    -> NamePatternTree
  {
    guard let (least, most) = try quantifier() else { return atom }
    _ = take("?")
    if next == "+" { throw .unsupported("'+' behind a quantifier") }
    if next == "*" || next == "?" { throw .malformed }
    return .repetition(atom, least: least, most: most)
  }

  private mutating func quantifier() throws(NamePatternError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard next == "{", let close = text[position...].firstIndex(of: "}") else { return nil }
    let inside = String(String.UnicodeScalarView(text[position + 1..<close]))
    let ends = inside.split(separator: ",", omittingEmptySubsequences: false)
    let isNumber = { (end: Substring) in
      end.unicodeScalars.allSatisfy { CharacterClass.digit.contains($0) }
    }
    // As in Python, other braces are characters.
    guard (1...2).contains(ends.count), ends.allSatisfy(isNumber), inside != "", inside != ","
    else {
      return nil
    }
    position = close + 1
    let least = ends[0].isEmpty ? 0 : Int(ends[0]) ?? .max
    let most: Int? = ends.count == 1 ? least : ends[1].isEmpty ? nil : Int(ends[1]) ?? .max
    guard least <= most ?? least else { throw .malformed }
    guard max(least, most ?? 0) <= Self.countLimit else { throw .tooLong }
    return (least, most)
  }

  private mutating func atom(_ scalar: Unicode.Scalar) throws(NamePatternError) -> NamePatternTree {
    position += 1
    switch scalar {
    case "(": return try group()
    case "[": return .step(.read(try brackets()))
    case ".": return .step(.read(.any))
    case "^": return .step(.start)
    case "$": return .step(.end)
    case "*", "+", "?": throw .malformed
    case "\\": return .step(try escape())
    default: return .step(.read(.single(scalar)))
    }
  }

  /// What follows an opening bracket.
  private mutating func group() throws(NamePatternError) -> NamePatternTree {
    var isWanted: Bool?
    if take("?") {
      if take("=") {
        isWanted = true
      } else if take("!") {
        isWanted = false
      } else if take("P<") || (next == "<" && !isLookBehind && take("<")) {
        guard let close = text[position...].firstIndex(of: ">"), close > position else {
          throw .malformed
        }
        position = close + 1
      } else if !take(":") {
        throw .unsupported("'(?\(next.map(String.init) ?? "")'")
      }
    }
    let tree = try alternatives()
    guard take(")") else { throw .malformed }
    return isWanted.map { .ahead(tree, isWanted: $0) } ?? tree
  }

  private var isLookBehind: Bool {
    position + 1 < text.count && (text[position + 1] == "=" || text[position + 1] == "!")
  }

  /// What follows a backslash outside of brackets.
  private mutating func escape() throws(NamePatternError) -> NamePattern.Step {
    switch next {
    case "b":
      position += 1
      return .boundary(true)
    case "B":
      position += 1
      return .boundary(false)
    case "A":
      position += 1
      return .start
    case "Z", "z":
      position += 1
      return .end
    default: return .read(try escapedClass())
    }
  }

  /// What follows a backslash anywhere.
  private mutating func escapedClass() throws(NamePatternError) -> CharacterClass {
    guard let scalar = next else { throw .malformed }
    position += 1
    switch scalar {
    case "d": return .digit
    case "D": return CharacterClass.digit.negated()
    case "w": return .word
    case "W": return CharacterClass.word.negated()
    case "s": return .space
    case "S": return CharacterClass.space.negated()
    case "t": return .single("\t")
    case "n": return .single("\n")
    case "r": return .single("\r")
    case "0"..."9", "a"..."z", "A"..."Z": throw .unsupported("'\\\(scalar)'")
    default: return .single(scalar)
    }
  }

  /// What follows an opening square bracket.
  private mutating func brackets() throws(NamePatternError) -> CharacterClass {
    var found = CharacterClass()
    found.isNegated = take("^")
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      let low = try bracketItem(scalar)
      guard next == "-", position + 1 < text.count, text[position + 1] != "]" else {
        found.parts.append(low)
        continue
      }
      position += 1
      guard let end = next else { throw .malformed }
      let high = try bracketItem(end)
      guard let first = low.onlyScalar, let last = high.onlyScalar, first <= last else {
        throw .malformed
      }
      found.ranges.append(first...last)
    }
    guard take("]") else { throw .malformed }
    return found
  }

  private mutating func bracketItem(_ scalar: Unicode.Scalar) throws(NamePatternError)
    -> CharacterClass
  {
    position += 1
    return scalar == "\\" ? try escapedClass() : .single(scalar)
  }
}

extension CharacterClass {
  /// The scalar of a class of one.
  fileprivate var onlyScalar: UInt32? {
    guard parts.isEmpty, !isNegated, ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}
