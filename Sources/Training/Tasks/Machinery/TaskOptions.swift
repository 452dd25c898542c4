/// The options of a task. Each task has its own defaults for those that are nil, and checks those that it uses.
public struct TaskOptions: Sendable, Equatable {
  /// The order in which the digits of an answer are written.
  public enum DigitOrder: String, Sendable, CaseIterable {
    /// The most significant digit first.
    case plain
    /// The least significant digit first, so that a carry needs no look ahead.
    case reversed
  }

  /// Which steps the demonstrations of the scratchpad task show.
  public enum ScratchpadStyle: String, Sendable, CaseIterable {
    /// Steps and result, or the result alone, each with probability 1/2: the base becomes a mixture of two policies.
    case mixed
    /// The result alone.
    case direct
    /// The steps, then the result.
    case scratchpad
  }

  /// Digits of an operand or a key; for `sort`, the digits to sort; for `letters`, the letters of the word.
  public var digits: Int?
  /// Operands of a problem, if their number is free.
  public var terms: Int?
  /// The modulus of modular arithmetic.
  public var modulus: Int?
  /// The largest target of Countdown.
  public var target: Int?
  /// How many keys are asked for, if they have to be stored.
  public var keys: Int?
  /// The operators to draw from, such as `+-*/`.
  public var operators: String?
  /// The probability that a demonstration is damaged.
  public var noise: Double?
  /// How sums and products are written.
  public var order: DigitOrder = .plain
  /// What the demonstrations of the scratchpad task show.
  public var style: ScratchpadStyle = .mixed
  /// The share of operands that is held out.
  public var heldOut: Double = 0.1
  /// The file of problems.
  public var file: String?
  /// How an answer is extracted from a completion, for problems of a file.
  public var rule: AnswerRule = .exact

  /// The defaults of every task.
  public init() {}
}

extension TaskOptions {
  /// The names that ``set(_:to:)`` takes.
  public static let names = [
    "digits", "terms", "modulus", "target", "keys", "operators", "noise", "order", "style",
    "held-out", "file", "rule",
  ]

  /// Sets an option by its name, as the command line or a configuration gives it.
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
    case "keys": keys = try Self.integer(name, text)
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

extension TaskOptions {
  /// An integer in a range, or the task's default.
  func integer(
    _ path: KeyPath<TaskOptions, Int?>, _ name: String, in range: ClosedRange<Int>,
    default standard: Int, task: String
  ) throws(TaskError) -> Int {
    let value = self[keyPath: path] ?? standard
    guard range.contains(value) else {
      throw .invalidOption(
        task: task, option: name, value: "\(value)",
        expected: "\(range.lowerBound) … \(range.upperBound)")
    }
    return value
  }

  /// The probability of a damaged demonstration.
  func noise(default standard: Double, task: String) throws(TaskError) -> Double {
    let value = noise ?? standard
    guard (0...1).contains(value) else {
      throw .invalidOption(task: task, option: "noise", value: "\(value)", expected: "0 … 1")
    }
    return value
  }

  /// Different operators out of those that a task knows, in the order given.
  func operators(
    of known: String, default standard: String, task: String
  ) throws(TaskError) -> [Character] {
    let chosen = Array(operators ?? standard)
    guard !chosen.isEmpty, Set(chosen).count == chosen.count, Set(chosen).isSubset(of: known)
    else {
      throw .invalidOption(
        task: task, option: "operators", value: "'\(String(chosen))'",
        expected: "different characters out of '\(known)'")
    }
    return chosen
  }
}
