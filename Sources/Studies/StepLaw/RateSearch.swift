import Foundation

/// Looks for the rate at which a quantity that grows with the rate, about as its square, crosses a bound.
///
/// The first rates go up or down, by as much as the square law says and never by more than fourfold; then the crossing is
/// between two of them, which are brought together. Each rate costs a run, so there are few.
package struct RateSearch: Sendable {
  /// What was measured at a rate.
  package struct Reading: Sendable, Equatable, Codable {
    package let rate: Double
    /// At least 0; infinity if the run broke.
    package let value: Double

    package init(rate: Double, value: Double) {
      self.rate = rate
      self.value = value
    }
  }

  private let bound: Double
  private let guess: Double
  private let closeness: Double
  /// In the order in which they were made.
  package private(set) var readings: [Reading] = []

  /// - Parameters:
  ///   - bound: The value that is looked for, above 0.
  ///   - guess: The rate to begin with, above 0.
  ///   - closeness: The ratio of the two rates around the crossing at which the search ends, above 1.
  package init(bound: Double, guess: Double, closeness: Double = 1.3) {
    precondition(bound > 0 && guess > 0 && closeness > 1, "bound and guess are positive")
    self.bound = bound
    self.guess = guess
    self.closeness = closeness
  }

  /// The rates that are tried at all.
  package static let range = 1e-8...10.0
  private static let longest = 12

  /// The lowest rate that was too high.
  private var above: Reading? {
    readings.filter { $0.value >= bound }.min { $0.rate < $1.rate }
  }

  /// The highest rate below it that was not.
  private var below: Reading? {
    let top = above?.rate ?? .infinity
    return readings.filter { $0.value < bound && $0.rate < top }.max { $0.rate < $1.rate }
  }

  /// The next rate to try; nil if the crossing is known closely enough, or cannot be found.
  package var next: Double? {
    guard readings.count < Self.longest else { return nil }
    let rate: Double
    switch (below, above) {
    case (nil, nil): rate = guess
    case (let low?, nil):
      rate = low.rate * Self.stride(bound / max(low.value, .leastNormalMagnitude))
    case (nil, let high?): rate = high.rate / Self.stride(high.value / bound)
    case (let low?, let high?):
      guard high.rate > low.rate * closeness else { return nil }
      // Away from the ends, so that each reading narrows the range.
      let share = min(max(Self.share(low, high, bound), 0.2), 0.8)
      rate = low.rate * pow(high.rate / low.rate, share)
    }
    return Self.range.contains(rate) ? rate : nil
  }

  package mutating func add(_ reading: Reading) { readings.append(reading) }

  /// The rate at which the bound is crossed, between the two readings around it; nil if all readings are on one side.
  package var crossing: Double? {
    guard let low = below, let high = above else { return nil }
    return low.rate * pow(high.rate / low.rate, Self.share(low, high, bound))
  }

  /// How much further to go if a value is off by a ratio: beyond its root, to come out on the other side.
  private static func stride(_ ratio: Double) -> Double {
    min(max(ratio.squareRoot() * 1.1, 1.3), 4)
  }

  /// Where the bound lies between two readings, with rate and value taken as logarithms; in [0, 1].
  private static func share(_ low: Reading, _ high: Reading, _ bound: Double) -> Double {
    guard high.value.isFinite, low.value > 0 else { return 0.5 }
    return log(bound / low.value) / log(high.value / low.value)
  }
}
