/// REINFORCE with leave-one-out: a completion's reward against the mean of the others of its group, one
/// ratio a completion (the product of its tokens'), and the divergence from the base taken from the reward.
///
/// **Source:** Ahmadian et al., "Back to basics: revisiting REINFORCE-style optimization", 2024,
/// arXiv 2402.14740, equation 8; clip and divergence as in TRL.
public struct RLOO: PolicyObjective {
  public static let name = "rloo"
  public static let summary = "leave-one-out baseline, one ratio a completion"
  public static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  public init(options: ObjectiveOptions) { self.options = options }

  public func advantages(of rollout: RolloutSignals) -> [[Double]] {
    var rewards = rollout.rewards
    if let reference = rollout.referenceLogProbabilities {
      for index in rewards.indices {
        // k1 summed over tokens.
        rewards[index] -=
          options.divergenceCoefficient
          * zip(rollout.oldLogProbabilities[index], reference[index]).reduce(0) { $0 + $1.0 - $1.1 }
      }
    }
    let charged = RolloutSignals(
      rewards: rewards, groupSize: rollout.groupSize,
      oldLogProbabilities: rollout.oldLogProbabilities)
    return Advantages.spread(Advantages.leaveOneOut(charged), over: charged)
  }

  public func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    var inReward = options
    inReward.divergenceCoefficient = 0
    return batch.sequenceLevel(Self.clip(options), isMean: false, inReward)
  }
}
