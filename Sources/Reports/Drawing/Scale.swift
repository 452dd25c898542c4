import Diagnosis

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A mapping from numbers to a coordinate, with ticks at round numbers.
struct Scale {
  enum Kind { case linear, logarithmic }

  struct Tick {
    let value: Double
    let label: String

    /// Ticks at learning rates that were run.
    static func rates(_ rates: [Double]) -> [Tick] {
      rates.map { Tick(value: $0, label: Words.rate($0)) }
    }

    /// Ticks at whole numbers.
    static func counts(_ counts: some Sequence<Int>) -> [Tick] {
      Set(counts).sorted().map { Tick(value: Double($0), label: String($0)) }
    }
  }

  let kind: Kind
  let lower: Double, upper: Double

  /// A scale over all finite values; a logarithmic one leaves out values that are not positive. Nil if no
  /// value is left. Numbers near the ends of the range of Double lie on the ends of the scale: ticks need room
  /// around them.
  /// - Parameters:
  ///   - decades: The most powers of ten below the largest value.
  ///   - zero: Whether a linear scale begins at zero.
  init?(
    _ kind: Kind, over values: some Sequence<Double>, decades: Double = 9, zero: Bool = false,
    padding: Double = 0.04
  ) {
    let usable = values.compactMap { value -> Double? in
      guard value.isFinite, kind == .linear || value > 0 else { return nil }
      let bounded = min(max(value, -Self.largest), Self.largest)
      return bounded.magnitude >= Self.smallest ? bounded : kind == .linear ? 0 : Self.smallest
    }
    guard var low = usable.min(), var high = usable.max() else { return nil }
    switch kind {
    case .linear:
      if zero { low = min(0, low) }
      if high - low < 1e-12 * max(abs(high), 1e-300) || high == low {
        let margin = max(abs(high) * 0.1, high == 0 ? 1 : 0)
        (low, high) = (low - (zero && low == 0 ? 0 : margin), high + margin)
      }
      let margin = (high - low) * padding
      self.init(kind: .linear, lower: zero && low == 0 ? 0 : low - margin, upper: high + margin)
    case .logarithmic:
      low = max(low, high * pow(10, -decades))
      if high / low < 1.2 { (low, high) = (low / 1.5, high * 1.5) }
      let margin = pow(high / low, padding)
      self.init(kind: .logarithmic, lower: low / margin, upper: high * margin)
    }
  }

  /// The bounds of what is drawn.
  private static let largest = 1e300, smallest = 1e-290

  init(kind: Kind, lower: Double, upper: Double) {
    self.kind = kind
    self.lower = max(lower, -10 * Self.largest)
    self.upper = min(upper, 10 * Self.largest)
  }

  /// The part of the scale in which there can be values; the whole if that is none.
  func bounded(lowest: Double?, highest: Double?) -> Scale {
    let (low, high) = (max(lower, lowest ?? lower), min(upper, highest ?? upper))
    return low < high ? Scale(kind: kind, lower: low, upper: high) : self
  }

  /// Where a value lies between the ends, 0 at the lower one; cut to [0, 1].
  func share(_ value: Double) -> Double {
    let share =
      kind == .linear
      ? (value - lower) / (upper - lower)
      : log(max(value, lower) / lower) / log(upper / lower)
    return min(max(share, 0), 1)
  }

  /// About as many ticks as asked for, at 1, 2 or 5 times a power of ten.
  func ticks(_ wanted: Int) -> [Tick] {
    kind == .linear ? linearTicks(wanted) : logarithmicTicks(wanted)
  }

  private func linearTicks(_ wanted: Int) -> [Tick] {
    let rough = (upper - lower) / Double(max(wanted, 1))
    let power = pow(10, floor(log10(rough)))
    let steps = [0.5, 1, 2, 5, 10].map { $0 * power }
    var index = steps.firstIndex { $0 >= rough * 0.999 } ?? steps.count - 1
    // Two numbers make no scale.
    if index > 0, Int(floor(upper / steps[index])) - Int(ceil(lower / steps[index])) < 2 {
      index -= 1
    }
    let step = steps[index]
    let first = Int(ceil(lower / step - 1e-9))
    let last = Int(floor(upper / step + 1e-9))
    guard first <= last else { return [] }
    return (first...last).map { index in
      let value = Double(index) * step
      return Tick(value: value, label: Self.label(value, step: step))
    }
  }

  private func logarithmicTicks(_ wanted: Int) -> [Tick] {
    let first = Int(floor(log10(lower)))
    let last = Int(floor(log10(upper) + 1e-9))
    // The largest of these sets of digits that does not give too many ticks.
    for digits in [[1.0, 2, 5], [1, 3], [1]] {
      let ticks = (first...last).flatMap { exponent in
        digits.map { $0 * pow(10, Double(exponent)) }
      }.filter { $0 >= lower * 0.999 && $0 <= upper * 1.001 }
      guard ticks.count >= 2 else { break }
      if ticks.count <= wanted + 1 {
        return ticks.map {
          Tick(value: $0, label: Numbers.setting($0))
        }
      }
    }
    guard last - first > 1 else {
      return Scale(kind: .linear, lower: lower, upper: upper).ticks(wanted)
    }
    let stride = (last - first + wanted - 1) / max(wanted, 1)
    return (first...last).filter { ($0 - last) % max(stride, 1) == 0 }
      .map { Tick(value: pow(10, Double($0)), label: Numbers.setting(pow(10, Double($0)))) }
      .filter { $0.value >= lower * 0.999 }
  }

  /// A number with as many digits as its step needs.
  private static func label(_ value: Double, step: Double) -> String {
    if value.magnitude < smallest { return "0" }
    if max(value.magnitude, step) >= 1e5 || step < 1e-4 { return Numbers.text(value, digits: 2) }
    return Numbers.fixed(value, decimals: max(0, Int(ceil(-log10(step) - 1e-9))))
  }
}
