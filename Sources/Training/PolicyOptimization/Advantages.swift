/// Ways to compute advantages from the rewards of a group.
enum Advantages {
  /// Reward minus the group's mean, divided by its standard deviation (with n − 1) plus 1e-4.
  static func standardized(_ rollout: RolloutSignals) -> [Double] {
    overGroups(rollout) { group in
      let mean = group.mean
      guard group.count > 1 else { return group.map { $0 - mean } }
      let squares = group.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(group.count - 1)).squareRoot()
      return group.map { ($0 - mean) / (deviation + 1e-4) }
    }
  }

  /// Reward minus the group's mean.
  static func centered(_ rollout: RolloutSignals) -> [Double] {
    overGroups(rollout) { group in
      let mean = group.mean
      return group.map { $0 - mean }
    }
  }

  /// Reward minus the mean of the other rewards of the group; zero for a group of one.
  static func leaveOneOut(_ rollout: RolloutSignals) -> [Double] {
    overGroups(rollout) { group in
      let (mean, count) = (group.mean, Double(group.count))
      return group.map { count > 1 ? count / (count - 1) * ($0 - mean) : 0 }
    }
  }

  /// The same advantage for all tokens of a completion.
  static func spread(_ advantages: [Double], over rollout: RolloutSignals) -> [[Double]] {
    zip(advantages, rollout.oldLogProbabilities).map { Array(repeating: $0, count: $1.count) }
  }

  /// Subtracts the mean over all tokens and divides by their standard deviation (with n).
  static func whitened(_ advantages: [[Double]]) -> [[Double]] {
    let all = advantages.flatMap { $0 }
    let mean = all.mean
    let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(all.count, 1))
    let deviation = max(variance, 1e-8).squareRoot()
    return advantages.map { $0.map { ($0 - mean) / deviation } }
  }

  private static func overGroups(
    _ rollout: RolloutSignals, _ body: ([Double]) -> [Double]
  ) -> [Double] {
    stride(from: 0, to: rollout.rewards.count, by: rollout.groupSize).flatMap {
      body(Array(rollout.rewards[$0..<$0 + rollout.groupSize]))
    }
  }
}

extension [Double] {
  fileprivate var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
}
