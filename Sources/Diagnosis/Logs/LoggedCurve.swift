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
