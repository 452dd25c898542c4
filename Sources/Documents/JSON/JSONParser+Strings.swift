extension JSONParser {
  /// Parses a string; the position is at its opening quote.
  mutating func string() throws(JSONSyntaxError) -> String {
    let start = position
    position += 1
    let first = position
    // Fast path: most strings have no escapes.
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        guard let text = String(validating: bytes[first..<position], as: UTF8.self) else {
          throw failure(.invalidText, at: start)
        }
        position += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: first) }
      if byte < 0x20 { throw failure(.controlCharacter(byte)) }
      position += 1
    }
    throw failure(.unexpectedEnd)
  }

  private mutating func escapedString(from first: Int) throws(JSONSyntaxError) -> String {
    var text = Array(bytes[first..<position])
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x20 { throw failure(.controlCharacter(byte)) }
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard let string = String(validating: text, as: UTF8.self) else {
          throw failure(.invalidText, at: first - 1)
        }
        return string
      }
      if byte == UInt8(ascii: "\\") {
        try appendEscape(to: &text)
      } else {
        text.append(byte)
      }
    }
    throw failure(.unexpectedEnd)
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(JSONSyntaxError) {
    let byte = try peek()
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try unicodeEscape()).utf8))
    default: throw failure(.invalidEscape, at: position - 1)
    }
  }

  /// The scalar of `\uXXXX`, or of a surrogate pair.
  private mutating func unicodeEscape() throws(JSONSyntaxError) -> Character {
    let start = position
    var code = try fourHexDigits()
    if (0xD800..<0xDC00).contains(code) {
      try expect(UInt8(ascii: "\\"))
      try expect(UInt8(ascii: "u"))
      let low = try fourHexDigits()
      guard (0xDC00..<0xE000).contains(low) else { throw failure(.invalidText, at: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure(.invalidText, at: start) }
    return Character(scalar)
  }

  private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue, bytes[position] < 0x80
      else { throw failure(.invalidEscape) }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
