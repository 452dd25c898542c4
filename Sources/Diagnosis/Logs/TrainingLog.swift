public import Checkpoints

/// Where a column held NaN or an infinity.
public struct NonFiniteSteps: Sendable, Equatable {
  public let first: Int
  public internal(set) var last: Int
  /// The first step after the last finite value; nil if a finite value followed.
  public internal(set) var lastingFrom: Int?
}

/// What a run logged, by column and by quantity.
public struct TrainingLog: Sendable, Equatable {
  /// The finite values of each column, ascending in step. `reward` is there whenever a reward was logged, under
  /// whatever name.
  public let curves: [String: [CurvePoint]]
  /// Where columns held NaN or an infinity.
  public let nonFinite: [String: NonFiniteSteps]
  /// The column of each quantity that was logged.
  private let columns: [LoggedQuantity: String]

  /// The log of a run on disk. O(values).
  /// - Parameter history: By step, ascending.
  public init(_ history: [HistoryRow]) {
    var curves: [String: [CurvePoint]] = [:]
    var nonFinite: [String: NonFiniteSteps] = [:]
    for row in history {
      for (column, value) in row.values {
        nonFinite[column].note(value, atStep: row.step)
        if value.isFinite {
          curves[column, default: []].append(CurvePoint(step: row.step, value: value))
        }
      }
    }
    let reward = history.compactMap { row in
      row.reward.flatMap { $0.isFinite ? CurvePoint(step: row.step, value: $0) : nil }
    }
    var columns = Self.columns(of: curves)
    if !reward.isEmpty {
      curves[Self.reward] = reward
      columns[.reward] = columns[.reward] ?? "the sum of rewards/*"
    }
    self.curves = curves
    self.nonFinite = nonFinite
    self.columns = columns
  }

  /// The log of a run in memory.
  /// - Parameter curves: By column, ascending in step; values that are not finite are left out.
  public init(curves: [String: [CurvePoint]]) {
    let finite = curves.mapValues { $0.filter(\.value.isFinite) }.filter { !$0.value.isEmpty }
    self.curves = finite
    nonFinite = curves.compactMapValues { curve in
      curve.reduce(into: NonFiniteSteps?.none) { $0.note($1.value, atStep: $1.step) }
    }
    columns = Self.columns(of: finite)
  }

  /// The first of each quantity's names that was logged.
  private static func columns(of curves: [String: [CurvePoint]]) -> [LoggedQuantity: String] {
    LoggedQuantity.allCases.reduce(into: [:]) { columns, quantity in
      columns[quantity] = quantity.names.first { curves[$0] != nil }
    }
  }

  /// A log without rows.
  public static let empty = TrainingLog([])

  /// The column of `curves` that holds the mean reward.
  static let reward = "reward"
  /// The column of the accuracy on held-out problems.
  package static let examination = "eval_accuracy"

  /// The curve of a quantity; nil if it was not logged.
  public func curve(of quantity: LoggedQuantity) -> LoggedCurve? {
    guard let column = columns[quantity] else { return nil }
    let points = (quantity == .reward ? curves[Self.reward] : nil) ?? curves[column]
    return points.map { LoggedCurve(column: column, points: $0) }
  }

  /// Where a quantity was NaN or infinite, and in which column; nil if it never was.
  public func nonFiniteSteps(of quantity: LoggedQuantity) -> (
    column: String, steps: NonFiniteSteps
  )? {
    for column in quantity.names {
      if let steps = nonFinite[column] { return (column, steps) }
    }
    return nil
  }

  /// The curve of the first of some columns that was logged.
  public func curve(of columns: [String]) -> LoggedCurve? {
    for column in columns {
      if let points = curves[column] { return LoggedCurve(column: column, points: points) }
    }
    return nil
  }

  /// Whether a column was logged, finite or not.
  public func has(_ column: String) -> Bool { curves[column] != nil || nonFinite[column] != nil }
}

extension NonFiniteSteps? {
  /// Takes the next value of a column.
  fileprivate mutating func note(_ value: Double, atStep step: Int) {
    if value.isFinite {
      self?.lastingFrom = nil
    } else {
      self = NonFiniteSteps(
        first: self?.first ?? step, last: step, lastingFrom: self?.lastingFrom ?? step)
    }
  }
}
