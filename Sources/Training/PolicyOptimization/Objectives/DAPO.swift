/// Decoupled clip and dynamic sampling: the mean over all tokens of the batch, clipped higher above 1 than
/// below.
///
/// Dynamic sampling and the overlong penalty belong to the rollout: see the options of a run.
///
/// **Source:** Yu et al., "DAPO: an open-source LLM reinforcement learning system at scale", 2025,
/// arXiv 2503.14476, equation 8.
public struct DAPO: PolicyObjective {
  public static let name = "dapo"
  public static let summary = "mean over tokens, clipped higher above than below"
  public static let usualClip = ObjectiveClip(low: 0.2, high: 0.28)
  private let options: ObjectiveOptions

  public init(options: ObjectiveOptions) { self.options = options }

  public func advantages(of rollout: RolloutSignals) -> [[Double]] {
    Advantages.spread(Advantages.standardized(rollout), over: rollout)
  }

  public func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .tokenMean, options)
  }
}
