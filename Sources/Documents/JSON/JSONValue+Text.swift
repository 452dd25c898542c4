extension JSONValue {
  /// The document on one line, with a newline at its end: no spaces, members in their order. Only quotes, backslashes
  /// and control characters are escaped.
  package var line: String {
    var text = ""
    append(to: &text)
    return text + "\n"
  }

  /// The document over several lines, with sorted keys; for configurations that people read.
  package var page: String {
    var text = ""
    append(to: &text, indentation: "")
    return text + "\n"
  }

  private func append(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(_, let literal): text += literal
    case .string(let value): text += Self.quoted(value)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," }
        value.append(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        text += Self.quoted(member.key) + ":"
        member.value.append(to: &text)
      }
      text += "}"
    }
  }

  private func append(to text: inout String, indentation: String) {
    let inner = indentation + "  "
    switch self {
    case .array(let values):
      text += "[\n"
      for (index, value) in values.enumerated() {
        text += (index > 0 ? ",\n" : "") + inner
        value.append(to: &text, indentation: inner)
      }
      text += "\n" + indentation + "]"
    case .object(let members):
      text += "{\n"
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        text += (index > 0 ? ",\n" : "") + inner + Self.quoted(member.key) + " : "
        member.value.append(to: &text, indentation: inner)
      }
      text += "\n" + indentation + "}"
    default: append(to: &text)
    }
  }

  private static func quoted(_ value: String) -> String {
    var text = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}":
        text += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}

extension JSONValue {
  package static func integer(_ value: Int) -> JSONValue {
    .number(Double(value), literal: "\(value)")
  }

  /// A number in the fewest digits that read back as the same value; whole numbers have no decimal point.
  /// - Precondition: The value is finite, because JSON has no other numbers.
  package static func number(_ value: Double) -> JSONValue {
    precondition(value.isFinite, "JSON has no name for \(value)")
    let digits = "\(value)"
    return .number(value, literal: digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits)
  }

  /// A number as Python writes it. Whole numbers have a decimal point, so that they are not read back as integers. NaN
  /// and the infinities are written too; only ``Dialect/python`` accepts them.
  package static func double(_ value: Double) -> JSONValue {
    let literal =
      value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : "\(value)"
    return .number(value, literal: literal)
  }

  /// An object whose members keep this order.
  package static func record(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { Member(key: $0.key, value: $0.value) })
  }

  /// An object with sorted keys.
  package static func table(_ members: [String: JSONValue]) -> JSONValue {
    .object(members.sorted { $0.key < $1.key }.map { Member(key: $0.key, value: $0.value) })
  }
}
