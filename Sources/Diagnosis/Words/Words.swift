import Checkpoints

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How numbers are written in sentences.
package enum Words {
  /// A share as a percentage.
  package static func percent(_ share: Double) -> String { "\(number(100 * share)) %" }

  /// The size of an update as a share of its base: `12 %`, `99 times`.
  package static func size(_ ratio: Double) -> String {
    ratio < 10 ? percent(ratio) : "\(number(ratio)) times"
  }

  /// How many times as large as something: `12 % of`, `99 times`.
  package static func multiple(_ ratio: Double) -> String {
    ratio < 1.5 ? "\(percent(ratio)) of" : "\(number(ratio)) times"
  }

  /// One by a number: `a third`, `1/14`.
  package static func part(_ divisor: Double) -> String {
    switch divisor {
    case 2: "a half"
    case 3: "a third"
    case 4: "a quarter"
    case 5: "a fifth"
    case 10: "a tenth"
    default: "1/\(number(divisor))"
    }
  }

  /// A learning rate as the field writes it: `3e-4`, `2.5e-5`.
  package static func rate(_ rate: Double) -> String {
    guard rate.isFinite, rate > 0 else { return number(rate) }
    var exponent = Int(log10(rate).rounded(.down))
    var mantissa = (rate / pow(10, Double(exponent)) * 1000).rounded() / 1000
    if mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return "\(mantissa.formattedShort)e\(exponent)"
  }

  /// A rate to try, to one digit: `3e-5`.
  package static func roundRate(_ rate: Double) -> String {
    guard rate.isFinite, rate > 0 else { return number(rate) }
    let size = pow(10, log10(rate).rounded(.down))
    return Self.rate((rate / size).rounded() * size)
  }

  /// A measured rate, to two digits: `2.4e-3`.
  package static func twoDigitRate(_ rate: Double) -> String {
    guard rate.isFinite, rate > 0 else { return number(rate) }
    let size = pow(10, log10(rate).rounded(.down))
    return Self.rate((rate / size * 10).rounded() / 10 * size)
  }

  /// Three significant digits, without an exponent where one can do without.
  package static func number(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "\(value)" }
    let size = value.magnitude
    if size < 0.001 || size >= 1e9 {
      var exponent = 0
      var mantissa = value
      while mantissa.magnitude < 1 {
        mantissa *= 10
        exponent -= 1
      }
      while mantissa.magnitude >= 10 {
        mantissa /= 10
        exponent += 1
      }
      return "\(((mantissa * 10).rounded() / 10).formattedShort)e\(exponent)"
    }
    let digits = size >= 100 ? 1.0 : size >= 10 ? 10 : size >= 1 ? 100 : size >= 0.1 ? 1000 : 10000
    let rounded = (value * digits).rounded() / digits
    return rounded == rounded.rounded() && size >= 10
      ? String(Int(rounded)) : rounded.formattedShort
  }
}

extension Double {
  /// The shortest text that reads back to this number, without a trailing `.0`.
  fileprivate var formattedShort: String {
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension Outcome {
  /// How it went, in a sentence: `smoothed reward went from 0.57 to 0.86`.
  package var course: String {
    "\(words) went from \(Words.number(start)) to \(Words.number(end))"
  }

  /// What it is called in a sentence: `reward ('critic/score/mean')`.
  package var words: String {
    let name = quantity.title
    return name == column ? "smoothed \(name)" : "smoothed \(name) ('\(column)')"
  }
}
