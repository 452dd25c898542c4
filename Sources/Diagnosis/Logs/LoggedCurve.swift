/// A point of a logged curve.
public struct CurvePoint: Codable, Equatable, Sendable {
  public var step: Int
  public var value: Double

  public init(step: Int, value: Double) {
    self.step = step
    self.value = value
  }
}

/// What a run logged of one quantity.
public struct LoggedCurve: Equatable, Sendable {
  /// The column that the trainer wrote it to.
  public var column: String
  /// Finite values, ascending in step; at least one.
  public var points: [CurvePoint]

  public init(column: String, points: [CurvePoint]) {
    self.column = column
    self.points = points
  }
}

extension [CurvePoint] {
  /// What values that should rise are measured from: zero, or the lowest if that is negative. Rewards may be coded from −1
  /// to 1.
  var floor: Double { Swift.min(0, lazy.map(\.value).min() ?? 0) }

  /// Where the unbroken series of points below a bound begins that ends at a step, or at the last point before it; nil if
  /// that point is not below. An average shows a fall late: this is where the points themselves fell.
  func onset(below bound: Double, upTo step: Int) -> Int? {
    reversed().drop { $0.step > step }.prefix { $0.value < bound }.last?.step
  }
}
