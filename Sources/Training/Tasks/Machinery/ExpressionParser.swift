/// Evaluates an expression that a model wrote, exactly, by recursive descent over ASCII bytes.
///
/// It accepts sums of products of numbers and brackets, and skips spaces. A sign before a number, leading
/// zeros and everything else are refused. Length and depth are limited.
struct ExpressionParser {
  /// The value and the numbers used, in their order.
  struct Result: Equatable {
    let value: ExactFraction
    let numbers: [Int]
  }

  private static let lengthLimit = 1024
  private static let depthLimit = 32
  private static let digitLimit = 12

  private let bytes: [UInt8]
  private let operators: Set<UInt8>
  private var position = 0
  private var depth = 0
  private var numbers: [Int] = []

  /// The result of an expression; nil if the text is not one, divides by zero, overflows, is too long or
  /// too deep, or uses other operators.
  /// - Parameters:
  ///   - text: The expression.
  ///   - operators: The allowed operators, out of `+-*/`.
  static func result(of text: String, operators: Set<UInt8>) -> Result? {
    guard text.utf8.count <= lengthLimit else { return nil }
    var parser = ExpressionParser(bytes: Array(text.utf8), operators: operators)
    guard let value = parser.sum(), parser.peek() == nil else { return nil }
    return Result(value: value, numbers: parser.numbers)
  }

  private init(bytes: [UInt8], operators: Set<UInt8>) {
    self.bytes = bytes
    self.operators = operators
  }

  private mutating func sum() -> ExactFraction? {
    guard var value = product() else { return nil }
    while let sign = take("+", "-") {
      guard let term = product(),
        let next = sign == UInt8(ascii: "+") ? value.plus(term) : value.minus(term)
      else { return nil }
      value = next
    }
    return value
  }

  private mutating func product() -> ExactFraction? {
    guard var value = factor() else { return nil }
    while let sign = take("*", "/") {
      guard let other = factor(),
        let next = sign == UInt8(ascii: "*") ? value.times(other) : value.divided(by: other)
      else { return nil }
      value = next
    }
    return value
  }

  private mutating func factor() -> ExactFraction? {
    guard peek() == UInt8(ascii: "(") else { return number() }
    guard depth < Self.depthLimit else { return nil }
    position += 1
    depth += 1
    guard let value = sum(), peek() == UInt8(ascii: ")") else { return nil }
    position += 1
    depth -= 1
    return value
  }

  private mutating func number() -> ExactFraction? {
    _ = peek()
    let digits = bytes[position...].prefix {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    guard (1...Self.digitLimit).contains(digits.count),
      digits.count == 1 || digits.first != UInt8(ascii: "0"),
      let value = Int(String(decoding: digits, as: UTF8.self))
    else { return nil }
    position += digits.count
    numbers.append(value)
    return ExactFraction(value)
  }

  private mutating func take(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt8? {
    guard let byte = peek(), operators.contains(byte),
      byte == UInt8(ascii: first) || byte == UInt8(ascii: second)
    else { return nil }
    position += 1
    return byte
  }

  /// The next byte that is not a space; nil at the end.
  private mutating func peek() -> UInt8? {
    while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }
}

/// A fraction in lowest terms with a positive denominator; operations return nil on overflow.
struct ExactFraction: Sendable, Equatable {
  let numerator: Int
  let denominator: Int

  init(_ value: Int) {
    numerator = value
    denominator = 1
  }

  /// Nil for a zero denominator, or if changing a sign overflows.
  init?(_ numerator: Int, over denominator: Int) {
    guard denominator != 0 else { return nil }
    let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    // The divisor does not fit if the denominator is the least integer and the numerator is the least integer or 0.
    guard let divisor = Int(exactly: divisor) else { return nil }
    let isFlipped = denominator < 0
    let top = (isFlipped ? 0 : numerator / divisor).subtractingReportingOverflow(
      isFlipped ? numerator / divisor : 0)
    let bottom = (isFlipped ? 0 : denominator / divisor).subtractingReportingOverflow(
      isFlipped ? denominator / divisor : 0)
    if top.overflow || bottom.overflow { return nil }
    self.numerator = top.partialValue
    self.denominator = bottom.partialValue
  }

  func plus(_ other: ExactFraction) -> ExactFraction? {
    combined(other) { $0.addingReportingOverflow($1) }
  }

  func minus(_ other: ExactFraction) -> ExactFraction? {
    combined(other) { $0.subtractingReportingOverflow($1) }
  }

  func times(_ other: ExactFraction) -> ExactFraction? {
    let top = numerator.multipliedReportingOverflow(by: other.numerator)
    let bottom = denominator.multipliedReportingOverflow(by: other.denominator)
    if top.overflow || bottom.overflow { return nil }
    return ExactFraction(top.partialValue, over: bottom.partialValue)
  }

  /// Nil also if the divisor is zero.
  func divided(by other: ExactFraction) -> ExactFraction? {
    guard let inverse = ExactFraction(other.denominator, over: other.numerator) else { return nil }
    return times(inverse)
  }

  private func combined(
    _ other: ExactFraction, _ operation: (Int, Int) -> (partialValue: Int, overflow: Bool)
  ) -> ExactFraction? {
    let left = numerator.multipliedReportingOverflow(by: other.denominator)
    let right = other.numerator.multipliedReportingOverflow(by: denominator)
    let bottom = denominator.multipliedReportingOverflow(by: other.denominator)
    if left.overflow || right.overflow || bottom.overflow { return nil }
    let top = operation(left.partialValue, right.partialValue)
    return top.overflow ? nil : ExactFraction(top.partialValue, over: bottom.partialValue)
  }

  private static func greatestCommonDivisor(_ first: UInt, _ second: UInt) -> UInt {
    var (larger, smaller) = (first, second)
    while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
    return larger
  }
}
