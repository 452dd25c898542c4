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

  /// The mean reward of the step: `reward` (TRL), else the sum over reward functions of
  /// `rewards/<function>/mean` (or `rewards/<function>`, as older versions wrote it; the sum is
  /// TRL's own where all weights are 1), else `critic/score/mean` or `critic/rewards/mean` (verl),
  /// else `rollout/raw_reward` (slime).
  public var reward: Double? {
    if let reward = values["reward"] { return reward }
    let parts = values.keys.filter { $0.hasPrefix("rewards/") }
    let means = parts.filter { $0.hasSuffix("/mean") }
    let functions = means.isEmpty ? parts.filter { !$0.hasSuffix("/std") } : means
    // Sorted, so that the sum does not depend on the order of a dictionary.
    if !functions.isEmpty { return functions.sorted().reduce(0) { $0 + (values[$1] ?? 0) } }
    return values["critic/score/mean"] ?? values["critic/rewards/mean"]
      ?? values["rollout/raw_reward"]
  }

  /// One row for each step, ascending. If a step has several rows (a resumed run, an evaluation), the
  /// last value of each name is kept.
  static func merged(_ rows: [HistoryRow]) -> [HistoryRow] {
    var steps: [Int: [String: Double]] = [:]
    for row in rows { steps[row.step, default: [:]].merge(row.values) { $1 } }
    return steps.sorted { $0.key < $1.key }.map { HistoryRow(step: $0.key, values: $0.value) }
  }
}
