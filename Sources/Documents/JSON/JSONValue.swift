/// A parsed JSON document. Members keep their order, because the order matters in `rank_pattern`.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The nearest double, and the literal as written, from which integers beyond 2^53 are read.
  case number(Double, literal: String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// One `"key": value` of an object.
  public struct Member: Sendable, Equatable {
    public let key: String
    public let value: JSONValue

    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The members of an object in the order of the file; empty for anything else.
  public var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }

  /// The value of this key; nil if there is none or if this is not an object.
  public subscript(key: String) -> JSONValue? {
    members.first { $0.key == key }?.value
  }

  public var isNull: Bool { self == .null }

  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The number, if it is written as an integer (no fraction, no exponent) and fits into `Int`.
  public var integer: Int? {
    if case .number(_, let literal) = self { Int(literal) } else { nil }
  }

  public var double: Double? {
    if case .number(let value, _) = self { value } else { nil }
  }

  public var boolean: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  public var array: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  /// The kind of this value, for error messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
