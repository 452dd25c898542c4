/// Why bytes are not a JSON document.
public enum JSONFault: Sendable, Equatable {
  /// The text ends inside a value.
  case unexpectedEnd
  case unexpectedByte(UInt8)
  /// A string holds bytes that are not UTF-8, or half of a surrogate pair.
  case invalidText
  case invalidEscape
  /// A string contains an unescaped control character.
  case controlCharacter(UInt8)
  case invalidNumber
  case duplicateKey(String)
  /// Arrays and objects are nested deeper than `limit`.
  case tooDeep(limit: Int)
  /// Something follows the document.
  case trailingContent
}

extension JSONFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unexpectedEnd: "the text ends inside a value"
    case .unexpectedByte(let byte):
      byte == 0 ? "unexpected NUL byte" : "unexpected \(byte.quotedCharacter)"
    case .invalidText: "a string is not valid UTF-8"
    case .invalidEscape: "a string has an invalid escape"
    case .controlCharacter(let byte):
      "a string holds the unescaped control character \(byte.quotedCharacter)"
    case .invalidNumber: "a number is malformed or out of range"
    case .duplicateKey(let key): "the key '\(key)' stands twice in one object"
    case .tooDeep(let limit): "more than \(limit) levels are nested"
    case .trailingContent: "something follows the end of the document"
    }
  }
}

extension UInt8 {
  /// The character in quotes if it is printable ASCII, else its code.
  public var quotedCharacter: String {
    if (0x20..<0x7F).contains(self) { return "'\(Character(Unicode.Scalar(self)))'" }
    let digits = String(self, radix: 16, uppercase: true)
    return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
  }
}
