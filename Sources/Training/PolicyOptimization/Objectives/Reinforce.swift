/// REINFORCE with leave-one-out: the baseline of a completion is the mean reward of the others in its group. There
/// is one ratio per completion (the product over its tokens), and the divergence from the base is subtracted from
/// the reward.
///
/// **Source:** Ahmadian et al., "Back to basics: revisiting REINFORCE-style optimization", 2024,
/// arXiv 2402.14740, equation 8; clip and divergence as in TRL.
package struct RLOO: PolicyObjective {
  package static let name = "rloo"
  package static let summary = "leave-one-out baseline, one ratio a completion"
  package static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  package func advantages(of rollout: RolloutSignals) -> [[Double]] {
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

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    var inReward = options
    inReward.divergenceCoefficient = 0
    return batch.sequenceLevel(Self.clip(options), isMean: false, inReward)
  }
}

/// REINFORCE++: the return of each token is the final reward minus the divergence from the base on this and
/// all later tokens, whitened over all tokens of the rollout.
///
/// **Source:** Hu et al., "REINFORCE++", 2025, arXiv 2501.03262, section 3; discount 1.
package struct ReinforcePlusPlus: PolicyObjective {
  package static let name = "reinforce-plus-plus"
  package static let summary = "token returns, whitened over the rollout"
  package static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  package func advantages(of rollout: RolloutSignals) -> [[Double]] {
    let returns = rollout.rewards.enumerated().map { index, reward in
      let old = rollout.oldLogProbabilities[index]
      var result = Array(repeating: reward, count: old.count)
      guard let reference = rollout.referenceLogProbabilities?[index] else { return result }
      var ahead = 0.0
      for place in old.indices.reversed() {
        ahead += options.divergenceCoefficient * (old[place] - reference[place])
        result[place] -= ahead
      }
      return result
    }
    return Advantages.whitened(returns)
  }

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    var inReturn = options
    inReturn.divergenceCoefficient = 0
    return batch.tokenLevel(Self.clip(options), .tokenMean, inReturn)
  }
}

/// REINFORCE++ with the group's mean as the baseline: centred rewards, whitened over all tokens of the rollout.
///
/// **Source:** Hu et al., "REINFORCE++", 2025, arXiv 2501.03262, section 3.3.
package struct ReinforcePlusPlusBaseline: PolicyObjective {
  package static let name = "reinforce-plus-plus-baseline"
  package static let summary = "group-centred rewards, whitened over the rollout"
  package static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  package func advantages(of rollout: RolloutSignals) -> [[Double]] {
    Advantages.whitened(Advantages.spread(Advantages.centered(rollout), over: rollout))
  }

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .tokenMean, options)
  }
}
