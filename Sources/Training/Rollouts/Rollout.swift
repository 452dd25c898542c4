/// The answers to the problems of a step and their rewards, in consecutive groups of equal size.
public struct Rollout: Sendable {
  public let problems: [Problem]
  /// The tokens of each problem's prompt.
  public let prompts: [[Int32]]
  public let groupSize: Int
  /// Group after group.
  public let completions: [Completion]
  /// One per completion, each in 0 … 1.
  public let rewards: [Double]
  /// One per completion: keys of the dropout masks, for sampling (if that used dropout) and for learning.
  package let maskKeys: [MaskKeys]

  package init(
    problems: [Problem], prompts: [[Int32]], groupSize: Int, completions: [Completion],
    rewards: [Double], maskKeys: [MaskKeys]
  ) {
    self.problems = problems
    self.prompts = prompts
    self.groupSize = groupSize
    self.completions = completions
    self.rewards = rewards
    self.maskKeys = maskKeys
  }

  /// Prompts and completions as they are learnt from.
  public var sequences: [(prompt: [Int32], completion: [Int32])] {
    completions.enumerated().map { (prompts[$0.offset / groupSize], $0.element.tokens) }
  }

  /// The groups with these indices.
  public func groups(_ indices: some Sequence<Int>) -> Rollout {
    let indices = Array(indices)
    let places = indices.flatMap { $0 * groupSize..<($0 + 1) * groupSize }
    return Rollout(
      problems: indices.map { problems[$0] }, prompts: indices.map { prompts[$0] },
      groupSize: groupSize, completions: places.map { completions[$0] },
      rewards: places.map { rewards[$0] }, maskKeys: places.map { maskKeys[$0] })
  }

  /// The groups whose rewards differ: those that teach something.
  var informativeGroups: [Int] {
    problems.indices.filter { group in
      let rewards = rewards[group * groupSize..<(group + 1) * groupSize]
      return rewards.contains { $0 != rewards.first }
    }
  }

  /// The groups of both.
  func followed(by other: Rollout) -> Rollout {
    Rollout(
      problems: problems + other.problems, prompts: prompts + other.prompts, groupSize: groupSize,
      completions: completions + other.completions, rewards: rewards + other.rewards,
      maskKeys: maskKeys + other.maskKeys)
  }

  public var meanReward: Double { rewards.reduce(0, +) / Double(max(rewards.count, 1)) }

  /// The share of completions that earned the full reward.
  public var accuracy: Double {
    Double(rewards.count { $0 >= 1 }) / Double(max(rewards.count, 1))
  }

  public var meanLength: Double {
    Double(tokenCount) / Double(max(completions.count, 1))
  }

  public var tokenCount: Int { completions.reduce(0) { $0 + $1.tokens.count } }

  /// The share of completions that were cut off at the limit.
  public var truncatedShare: Double {
    Double(completions.count { !$0.isEnded }) / Double(max(completions.count, 1))
  }

  /// The share of groups in which all rewards are equal: they teach nothing.
  public var uniformShare: Double {
    1 - Double(informativeGroups.count) / Double(max(problems.count, 1))
  }

  /// The divergence of another policy from the one that answered, on the answers, in nats per token.
  /// - Parameter logProbabilities: What the other policy says about the tokens of each completion.
  func divergence(to logProbabilities: [[Double]]) -> Double {
    SampledDivergence.mean(
      from: completions.flatMap(\.logProbabilities), to: logProbabilities.flatMap { $0 })
  }
}
