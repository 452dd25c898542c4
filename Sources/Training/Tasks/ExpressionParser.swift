/// Evaluates what a model wrote, exactly, by recursive descent over ASCII bytes.
///
/// Sums of products of numbers and brackets; spaces are skipped; a sign before a number, leading
/// zeros and everything else are refused. Neither length nor depth of a text can harm.
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

  /// The result of an expression; nil where it is none, divides by zero, overflows, is too long or
  /// too deep, or uses other operators.
  /// - Parameters:
  ///   - text: What was written.
  ///   - operators: Those allowed, out of `+-*/`.
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

  /// The next byte that is no space; nil at the end.
  private mutating func peek() -> UInt8? {
    while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
    return position < bytes.count ? bytes[position] : nil
  }
}
