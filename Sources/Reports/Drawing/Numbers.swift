#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How numbers are written in pictures and on pages: `0.023`, `1500`, `3e-4`, `−2.1`.
///
/// Powers of ten look as in code, so that they can be copied; a negative number has a true minus sign.
enum Numbers {
  /// A number with three significant digits, or as many as asked for.
  static func text(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return "–" }
    guard value.magnitude > smallest else { return "0" }
    let exponent = Int(floor(log10(value.magnitude) + 1e-12))
    guard (-3...5).contains(exponent) else { return scientific(value, digits: digits) }
    return fixed(value, decimals: max(0, digits - 1 - exponent))
  }

  /// A value as it was chosen: without padding, and with an exponent below 0.01: `3e-4`, `0.02`, `8`.
  static func setting(_ value: Double) -> String {
    guard value.isFinite, value.magnitude > smallest else { return value.isFinite ? "0" : "–" }
    if value.magnitude < 0.00999 || value.magnitude >= 1e5 { return scientific(value, digits: 4) }
    return trimmed(fixed(value, decimals: 6))
  }

  /// A number with so many digits after the point; one that rounds to zero has no sign.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    let power = pow(10, Double(decimals))
    let scaled = (value.magnitude * power).rounded()
    guard scaled < 9e15 else { return scientific(value, digits: 3) }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "−" : ""
    return decimals == 0
      ? sign + digits : "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }

  /// What is smaller is taken for zero: powers of ten need room below it.
  private static let smallest = 1e-300

  /// A number with its sign in front, for differences.
  static func signed(_ value: Double, decimals: Int = 3) -> String {
    let text = fixed(value, decimals: decimals)
    let isZero = text.allSatisfy { "0.".contains($0) }
    return value > 0 && !isZero ? "+\(text)" : text
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    var exponent = Int(floor(log10(value.magnitude) + 1e-12))
    var mantissa = fixed(
      value.magnitude / pow(10, Double(exponent)), decimals: max(0, digits - 1))
    if mantissa.hasPrefix("10") {
      mantissa = fixed(1, decimals: max(0, digits - 1))
      exponent += 1
    }
    return (value < 0 ? "−" : "") + trimmed(mantissa) + "e\(exponent)"
  }

  /// The text of a decimal fraction without zeros at its end.
  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var rest = Substring(text)
    while rest.hasSuffix("0") { rest = rest.dropLast() }
    return String(rest.hasSuffix(".") ? rest.dropLast() : rest)
  }
}
