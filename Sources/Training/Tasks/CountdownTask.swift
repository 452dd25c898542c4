package import LinearAlgebra

/// Make a target from numbers, each used once: `3,7,25=46:` is answered by `25+(3*7)`.
///
/// **Source:** the task comes from the television game; as a task with verifiable rewards, Pan et
/// al., "TinyZero", 2025.
package struct CountdownTask: VerifiableTask {
  package static let name = "countdown"
  package static let summary =
    "an expression of all numbers for a target, '3,7,25=46:' → '25+(3*7)'"

  private let digits: Int
  private let terms: Int
  private let target: Int
  private let operators: [Character]
  package let noise: Double
  private let split: OperandSplit

  package init(options: TaskOptions) throws(TaskError) {
    digits = try options.integer(\.digits, "digits", in: 1...3, default: 2, task: Self.name)
    terms = try options.integer(\.terms, "terms", in: 2...6, default: 3, task: Self.name)
    target = try options.integer(\.target, "target", in: 10...99_999, default: 999, task: Self.name)
    operators = try options.operators(of: "+-*/", default: "+-*/", task: Self.name)
    noise = try options.noise(default: 0.6, task: Self.name)
    split = try OperandSplit(options, task: Self.name)
  }

  package var alphabet: [Character] { Digits.all + operators + "()=,:" }

  /// Numbers, operators between them, and brackets around all but the outermost operation.
  package var maximumCompletionLength: Int { terms * digits + (terms - 1) + 2 * (terms - 2) }

  package func problem(
    _ split: Split, using generator: inout SplitMix64
  ) throws(TaskError) -> Problem {
    try self.split.problem(split, using: &generator) { generator in
      let numbers = (0..<terms).map { _ in
        1 + generator.nextIndex(below: Digits.bound(digits) - 1)
      }
      guard let (value, answer) = combination(of: numbers, using: &generator) else { return nil }
      let prompt = numbers.map(String.init).joined(separator: ",") + "=\(value):"
      return (numbers.sorted(), Problem(prompt: prompt, answer: answer))
    }
  }

  package func reward(for completion: String, ended: Bool, to problem: Problem) -> Double {
    let allowed = Set(operators.compactMap(\.asciiValue))
    guard ended, let (numbers, target) = Self.operands(of: problem.prompt),
      let result = ExpressionParser.result(of: completion, operators: allowed)
    else { return 0 }
    return result.value == ExactFraction(target) && result.numbers.sorted() == numbers ? 1 : 0
  }

  /// Joins two random values until one is left; nil if a result is not allowed.
  private func combination(
    of numbers: [Int], using generator: inout SplitMix64
  ) -> (value: Int, text: String)? {
    var parts = numbers.map { (value: $0, text: "\($0)") }
    while parts.count > 1 {
      let first = parts.remove(at: generator.nextIndex(below: parts.count))
      let second = parts.remove(at: generator.nextIndex(below: parts.count))
      let sign = generator.drawElement(of: operators)
      guard let value = Self.value(first.value, sign, second.value) else { return nil }
      let text = "\(first.text)\(sign)\(second.text)"
      parts.append((value, parts.isEmpty ? text : "(\(text))"))
    }
    return (1...target).contains(parts[0].value) ? parts[0] : nil
  }

  /// Whole and positive values only. The numbers are too few and too small to overflow.
  private static func value(_ first: Int, _ sign: Character, _ second: Int) -> Int? {
    switch sign {
    case "+": first + second
    case "-": first > second ? first - second : nil
    case "*": first * second
    default: first.isMultiple(of: second) ? first / second : nil
    }
  }

  /// The numbers in ascending order and the target.
  private static func operands(of prompt: String) -> (numbers: [Int], target: Int)? {
    let sides = prompt.dropLast().split(separator: "=", omittingEmptySubsequences: false)
    guard prompt.hasSuffix(":"), sides.count == 2, let target = Int(sides[1]) else { return nil }
    let numbers = sides[0].split(separator: ",").map { Int($0) }
    guard !numbers.isEmpty, !numbers.contains(nil) else { return nil }
    return (numbers.compactMap(\.self).sorted(), target)
  }
}
