extension TaskOptions {
  /// The names that ``set(_:to:)`` takes.
  public static let names = [
    "digits", "terms", "modulus", "target", "operators", "noise", "order", "style", "held-out",
    "file", "rule",
  ]

  /// Sets an option by its name, as a command line or a configuration has it.
  /// - Parameters:
  ///   - name: One of ``names``.
  ///   - text: The value; a rule is `exact`, `number`, `boxed` or `regex:PATTERN`.
  /// - Throws: ``TaskError/unknownOption(name:known:)`` and
  ///   ``TaskError/unreadableOption(name:text:expected:)``.
  public mutating func set(_ name: String, to text: String) throws(TaskError) {
    switch name {
    case "digits": digits = try Self.integer(name, text)
    case "terms": terms = try Self.integer(name, text)
    case "modulus": modulus = try Self.integer(name, text)
    case "target": target = try Self.integer(name, text)
    case "operators": operators = text
    case "noise": noise = try Self.number(name, text)
    case "order": order = try Self.choice(name, text)
    case "style": style = try Self.choice(name, text)
    case "held-out": heldOut = try Self.number(name, text)
    case "file": file = text
    case "rule": rule = try Self.rule(text)
    default: throw .unknownOption(name: name, known: Self.names)
    }
  }

  private static func integer(_ name: String, _ text: String) throws(TaskError) -> Int {
    guard let value = Int(text) else { throw invalid(name, text, "an integer") }
    return value
  }

  private static func number(_ name: String, _ text: String) throws(TaskError) -> Double {
    guard let value = Double(text), value.isFinite else { throw invalid(name, text, "a number") }
    return value
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, _ text: String
  ) throws(TaskError) -> Choice {
    guard let value = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw invalid(name, text, "one of \(known)")
    }
    return value
  }

  private static func rule(_ text: String) throws(TaskError) -> AnswerRule {
    switch text {
    case "exact": return .exact
    case "number": return .number
    case "boxed": return .boxed
    case _ where text.hasPrefix("regex:"): return .regex(String(text.dropFirst(6)))
    default: throw invalid("rule", text, "exact, number, boxed or regex:PATTERN")
    }
  }

  private static func invalid(_ name: String, _ text: String, _ expected: String) -> TaskError {
    .unreadableOption(name: name, text: text, expected: expected)
  }
}
