/// A range that is meant to hold the true value in a given share of repeated studies.
public struct ConfidenceInterval: Sendable, Equatable, Codable {
  /// The lower end, in the unit of the statistic.
  public let lower: Double
  /// The upper end; never below `lower`.
  public let upper: Double
  /// The nominal share of studies whose interval holds the true value, in (0, 1).
  public let level: Double

  /// An interval from its ends.
  /// - Parameters:
  ///   - lower: The lower end.
  ///   - upper: The upper end, at least `lower`.
  ///   - level: The nominal coverage, in (0, 1).
  public init(lower: Double, upper: Double, level: Double) {
    precondition(lower <= upper, "an interval's lower end is at most its upper end")
    precondition(level > 0 && level < 1, "a level lies between 0 and 1")
    self.lower = lower
    self.upper = upper
    self.level = level
  }

  /// The distance between the ends.
  public var width: Double { upper - lower }

  /// What of the interval lies where the quantity can be: it holds the true value as often.
  /// - Parameter range: Of the quantity; the interval must reach into it.
  func within(_ range: ClosedRange<Double>) -> ConfidenceInterval {
    ConfidenceInterval(
      lower: min(max(lower, range.lowerBound), range.upperBound),
      upper: max(min(upper, range.upperBound), range.lowerBound), level: level)
  }

  /// Whether a value lies in the interval, the ends included.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

extension ConfidenceInterval {
  /// Wilson's interval of a share of few trials; nil without trials.
  ///
  /// Unlike the normal interval it stays within 0 … 1, and does not shrink to a point if all or none succeed.
  ///
  /// **Source:** Wilson, "Probable inference, the law of succession, and statistical inference",
  /// JASA 22, 1927.
  /// - Parameters:
  ///   - successes: How many trials succeeded.
  ///   - trials: How many trials there were, at least `successes`.
  ///   - level: The nominal coverage, in (0, 1).
  public static func ofShare(
    _ successes: Int, of trials: Int, level: Double = 0.95
  ) -> ConfidenceInterval? {
    precondition(successes >= 0 && successes <= trials, "no more trials succeed than there are")
    precondition(level > 0 && level < 1, "a level lies between 0 and 1")
    guard trials > 0 else { return nil }
    let count = Double(trials)
    let share = Double(successes) / count
    let score = NormalDistribution.quantile((1 + level) / 2)
    let square = score * score
    let center = (share + square / (2 * count)) / (1 + square / count)
    let spread = share * (1 - share) / count + square / (4 * count * count)
    let reach = score * spread.squareRoot() / (1 + square / count)
    // At the extremes the end is the share itself, which rounding would miss.
    return ConfidenceInterval(
      lower: successes == 0 ? 0 : center - reach, upper: successes == trials ? 1 : center + reach,
      level: level)
  }
}
