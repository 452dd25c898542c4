/// REINFORCE++ with the group's mean as baseline: centred rewards, whitened over all tokens of the rollout.
///
/// **Source:** Hu et al., "REINFORCE++", 2025, arXiv 2501.03262, section 3.3.
public struct ReinforcePlusPlusBaseline: PolicyObjective {
  public static let name = "reinforce-plus-plus-baseline"
  public static let summary = "group-centred rewards, whitened over the rollout"
  public static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  public init(options: ObjectiveOptions) { self.options = options }

  public func advantages(of rollout: RolloutSignals) -> [[Double]] {
    Advantages.whitened(Advantages.spread(Advantages.centered(rollout), over: rollout))
  }

  public func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .tokenMean, options)
  }
}
