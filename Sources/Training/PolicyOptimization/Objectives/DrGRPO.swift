/// GRPO without its two biases: advantages are not divided by the group's deviation, and losses are
/// divided by the longest possible completion instead of each one's own length.
///
/// **Source:** Liu et al., "Understanding R1-Zero-like training: a critical perspective", 2025,
/// arXiv 2503.20783, section 3.
public struct DrGRPO: PolicyObjective {
  public static let name = "dr-grpo"
  public static let summary = "centred advantages, sums over a fixed length"
  public static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  public init(options: ObjectiveOptions) { self.options = options }

  public func advantages(of rollout: RolloutSignals) -> [[Double]] {
    Advantages.spread(Advantages.centered(rollout), over: rollout)
  }

  public func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .fixedLength, options)
  }
}
