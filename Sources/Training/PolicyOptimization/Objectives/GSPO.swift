/// Group sequence policy optimisation: one ratio a completion, the geometric mean of its tokens'.
///
/// **Source:** Zheng et al., "Group sequence policy optimization", 2025, arXiv 2507.18071, equations 5
/// to 7; ε of 3e-4 and 4e-4 from its section 5.
public struct GSPO: PolicyObjective {
  public static let name = "gspo"
  public static let summary = "one ratio a completion, clipped narrowly"
  public static let usualClip = ObjectiveClip(low: 3e-4, high: 4e-4)
  private let options: ObjectiveOptions

  public init(options: ObjectiveOptions) { self.options = options }

  public func advantages(of rollout: RolloutSignals) -> [[Double]] {
    Advantages.spread(Advantages.standardized(rollout), over: rollout)
  }

  public func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.sequenceLevel(Self.clip(options), isMean: true, options)
  }
}
