/// Decimal numbers in text, compared by their digits without rounding.
enum DecimalText {
  /// A text that is a number, in canonical form: without leading and trailing zeros, group commas, a plus sign or
  /// a dollar sign. Nil for any other text.
  static func canonical(_ text: String) -> String? {
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    if rest.first == UInt8(ascii: "$") { rest = rest.dropFirst() }
    let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = grouped(parts[0]) else { return nil }
    let fraction = parts.count == 2 ? parts[1] : []
    guard fraction.allSatisfy(isDigit), !(whole.isEmpty && fraction.isEmpty) else { return nil }
    return written(isNegative, whole, Array(fraction))
  }

  /// The last number in a text, in canonical form.
  /// - Complexity: O(length).
  static func last(in text: String) -> String? {
    let bytes = Array(text.utf8)
    var end = bytes.count
    while end > 0 {
      guard let digit = bytes[..<end].lastIndex(where: isDigit) else { return nil }
      let start = (bytes[..<digit].lastIndex { !isNumeral($0) } ?? -1) + 1
      if let number = number(bytes, start, digit + 1) { return number }
      end = start
    }
    return nil
  }

  /// The run of numerals as one number, or else the part after its last comma.
  private static func number(_ bytes: [UInt8], _ start: Int, _ end: Int) -> String? {
    let run = bytes[start..<end]
    // A minus after a digit, a letter or a bracket is a subtraction, not a sign.
    let isNegative =
      start > 0 && bytes[start - 1] == UInt8(ascii: "-")
      && (start == 1 || !endsOperand(bytes[start - 2]))
    if let whole = canonical((isNegative ? "-" : "") + String(decoding: run, as: UTF8.self)) {
      return whole
    }
    let tail = run.split(separator: UInt8(ascii: ",")).last ?? []
    return canonical(String(decoding: tail, as: UTF8.self))
  }

  /// The digits of a whole number: one group of any size, or groups of three after a first group of one to three.
  private static func grouped(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    let groups = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    let isGrouped =
      groups.count == 1
      || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    guard isGrouped, groups.allSatisfy({ $0.allSatisfy(isDigit) }) else { return nil }
    return Array(groups.joined())
  }

  private static func written(
    _ isNegative: Bool, _ whole: [UInt8], _ fraction: [UInt8]
  ) -> String {
    let zero = UInt8(ascii: "0")
    let digits = whole.drop { $0 == zero }
    let last = fraction.lastIndex { $0 != zero } ?? -1
    let decimals = fraction[..<(last + 1)]
    if digits.isEmpty && decimals.isEmpty { return "0" }
    return (isNegative ? "-" : "")
      + (digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self))
      + (decimals.isEmpty ? "" : "." + String(decoding: decimals, as: UTF8.self))
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isNumeral(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ".")
  }

  private static func endsOperand(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: ")"), UInt8(ascii: "]"):
      true
    default: byte >= 0x80
    }
  }
}
