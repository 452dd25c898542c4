extension JSONValue {
  /// Which extensions of the standard are accepted.
  package enum Dialect: Sendable {
    /// Only RFC 8259.
    case strict
    /// Also `NaN`, `Infinity` and `-Infinity`, which Python writes, for example in the logs of a diverged run.
    case python
  }

  /// Reads one document; white space may surround it, and a byte order mark, which editors of Windows write, may be before
  /// it.
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - dialect: Whether Python's names of non-finite numbers are accepted.
  /// - Throws: ``JSONSyntaxError`` at the first byte that is wrong.
  /// - Complexity: O(count of `bytes`).
  package init(parsing bytes: [UInt8], dialect: Dialect = .strict) throws(JSONSyntaxError) {
    var parser = JSONParser(bytes: bytes, dialect: dialect)
    self = try parser.document()
  }
}

/// Where and why bytes are not a JSON document.
package struct JSONSyntaxError: Error, Equatable {
  /// The number of bytes before the one at fault.
  package let offset: Int
  package let fault: JSONFault
}

/// A recursive-descent parser over bytes. The depth of the recursion is at most `depthLimit`.
struct JSONParser {
  static let depthLimit = 64

  let bytes: [UInt8]
  private let dialect: JSONValue.Dialect
  var position = 0
  private var depth = 0

  init(bytes: [UInt8], dialect: JSONValue.Dialect) {
    self.bytes = bytes
    self.dialect = dialect
  }

  mutating func document() throws(JSONSyntaxError) -> JSONValue {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let result = try value()
    skipSpace()
    if position < bytes.count { throw failure(.trailingContent) }
    return result
  }

  private mutating func value() throws(JSONSyntaxError) -> JSONValue {
    skipSpace()
    switch try peek() {
    case UInt8(ascii: "{"): return try nested { (p) throws(JSONSyntaxError) in try p.object() }
    case UInt8(ascii: "["): return try nested { (p) throws(JSONSyntaxError) in try p.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case UInt8(ascii: "N") where dialect == .python:
      return try literal("NaN", .number(.nan, literal: "NaN"))
    case UInt8(ascii: "I") where dialect == .python:
      return try literal("Infinity", .number(.infinity, literal: "Infinity"))
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case let byte: throw failure(.unexpectedByte(byte))
    }
  }

  private mutating func nested(
    _ body: (inout Self) throws(JSONSyntaxError) -> JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    if depth == Self.depthLimit { throw failure(.tooDeep(limit: Self.depthLimit)) }
    depth += 1
    position += 1
    let result = try body(&self)
    depth -= 1
    return result
  }

  private mutating func object() throws(JSONSyntaxError) -> JSONValue {
    var members: [JSONValue.Member] = []
    // Keys are compared by bytes: Swift treats composed and decomposed characters as equal, but a vocabulary may
    // contain both.
    var keys: Set<[UInt8]> = []
    if try closes(UInt8(ascii: "}")) { return .object([]) }
    while true {
      skipSpace()
      let start = position
      guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte(bytes[start])) }
      let key = try string()
      // A linear search is faster for up to 8 members; larger objects use a set.
      if members.count == 8 { keys = Set(members.map { Array($0.key.utf8) }) }
      let isDuplicate =
        members.count < 8
        ? members.contains { $0.key.utf8.elementsEqual(key.utf8) }
        : !keys.insert(Array(key.utf8)).inserted
      if isDuplicate { throw JSONSyntaxError(offset: start, fault: .duplicateKey(key)) }
      skipSpace()
      try expect(UInt8(ascii: ":"))
      members.append(.init(key: key, value: try value()))
      if try closes(UInt8(ascii: "}")) { return .object(members) }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func array() throws(JSONSyntaxError) -> JSONValue {
    var values: [JSONValue] = []
    if try closes(UInt8(ascii: "]")) { return .array([]) }
    while true {
      values.append(try value())
      if try closes(UInt8(ascii: "]")) { return .array(values) }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func number() throws(JSONSyntaxError) -> JSONValue {
    let start = position
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    if dialect == .python, position < bytes.count, bytes[position] == UInt8(ascii: "I") {
      return try literal("Infinity", .number(-.infinity, literal: "-Infinity"))
    }
    let digits = position
    try skipDigits()
    let hasLeadingZero = bytes[digits] == UInt8(ascii: "0") && position > digits + 1
    if hasLeadingZero { throw failure(.invalidNumber, at: start) }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try skipDigits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count,
        bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-")
      {
        position += 1
      }
      try skipDigits()
    }
    let literal = String(decoding: bytes[start..<position], as: UTF8.self)
    // Fast path for most numbers of a header: an integer of at most 15 characters is exact in a double.
    if literal.utf8.count <= 15, let integer = Int(literal), integer != 0 {
      return .number(Double(integer), literal: literal)
    }
    guard let value = Double(literal), value.isFinite else {
      throw failure(.invalidNumber, at: start)
    }
    return .number(value, literal: literal)
  }

  private mutating func skipDigits() throws(JSONSyntaxError) {
    let start = position
    while position < bytes.count, bytes[position].isDigit { position += 1 }
    if position == start {
      throw position == bytes.count ? failure(.unexpectedEnd) : failure(.invalidNumber)
    }
  }

  private mutating func literal(
    _ word: StaticString, _ value: JSONValue
  ) throws(JSONSyntaxError) -> JSONValue {
    for byte in "\(word)".utf8 { try expect(byte) }
    return value
  }

  /// Whether the next byte closes the container. If so, it is consumed.
  private mutating func closes(_ byte: UInt8) throws(JSONSyntaxError) -> Bool {
    skipSpace()
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(JSONSyntaxError) {
    let found = try peek()
    if found != byte { throw failure(.unexpectedByte(found)) }
    position += 1
  }

  func peek() throws(JSONSyntaxError) -> UInt8 {
    if position >= bytes.count { throw failure(.unexpectedEnd) }
    return bytes[position]
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position].isJSONSpace { position += 1 }
  }

  func failure(_ fault: JSONFault, at offset: Int? = nil) -> JSONSyntaxError {
    JSONSyntaxError(offset: offset ?? position, fault: fault)
  }
}

extension UInt8 {
  package var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
  var isJSONSpace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }
}
