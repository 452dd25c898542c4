/// What was logged at one step of a run.
public struct HistoryRow: Sendable, Equatable {
  public let step: Int
  /// The numbers of the row by their logged names. Values that are not numbers are left out; NaN is
  /// kept, because a diverged run logs it.
  public let values: [String: Double]

  /// What a step can be: differences and doubles of steps do not overflow.
  static let steps = 0...1 << 53

  public init(step: Int, values: [String: Double]) {
    self.step = step
    self.values = values
  }

  /// One row for each step, ascending. If a step has several rows (a resumed run, an evaluation), the
  /// last value of each name is kept.
  static func merged(_ rows: [HistoryRow]) -> [HistoryRow] {
    var steps: [Int: [String: Double]] = [:]
    for row in rows { steps[row.step, default: [:]].merge(row.values) { $1 } }
    return steps.sorted { $0.key < $1.key }.map { HistoryRow(step: $0.key, values: $0.value) }
  }
}
