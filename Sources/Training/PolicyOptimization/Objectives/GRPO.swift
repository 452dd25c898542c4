/// Group relative policy optimisation: advantages are rewards in standard deviations of their group, the
/// loss is the mean over completions of token means.
///
/// Differs from the paper: the divergence from the base is off unless asked for, as in TRL; the standard
/// deviation has n − 1 and 1e-4 is added to it, as in TRL.
///
/// **Source:** Shao et al., "DeepSeekMath", 2024, arXiv 2402.03300, equation 3.
public struct GRPO: PolicyObjective {
  public static let name = "grpo"
  public static let summary = "group-standardised advantages, mean over completions"
  public static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  public init(options: ObjectiveOptions) { self.options = options }

  public func advantages(of rollout: RolloutSignals) -> [[Double]] {
    Advantages.spread(Advantages.standardized(rollout), over: rollout)
  }

  public func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .sequenceMean, options)
  }
}
