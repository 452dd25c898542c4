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

  /// Whether a value lies in the interval, the ends included.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}
