/// REINFORCE++: the return of each token is the reward at the end minus the divergence from the base on the
/// way, whitened over all tokens of the rollout.
///
/// **Source:** Hu et al., "REINFORCE++", 2025, arXiv 2501.03262, section 3; discount 1.
public struct ReinforcePlusPlus: PolicyObjective {
  public static let name = "reinforce-plus-plus"
  public static let summary = "token returns, whitened over the rollout"
  public static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  public init(options: ObjectiveOptions) { self.options = options }

  public func advantages(of rollout: RolloutSignals) -> [[Double]] {
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

  public func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    var inReturn = options
    inReturn.divergenceCoefficient = 0
    return batch.tokenLevel(Self.clip(options), .tokenMean, inReturn)
  }
}
