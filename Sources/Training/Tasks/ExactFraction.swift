/// A fraction in lowest terms with a positive denominator; operations give nil on overflow.
struct ExactFraction: Sendable, Equatable {
  let numerator: Int
  let denominator: Int

  init(_ value: Int) {
    numerator = value
    denominator = 1
  }

  /// Nil for a zero denominator and where a sign cannot be changed.
  init?(_ numerator: Int, over denominator: Int) {
    guard denominator != 0 else { return nil }
    let divisor = Self.greatestCommonDivisor(numerator.magnitude, denominator.magnitude)
    // Only both being the least integer would make a divisor that does not fit.
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

  /// Nil also where the divisor is zero.
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
