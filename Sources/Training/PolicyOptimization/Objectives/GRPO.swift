/// Group relative policy optimisation: advantages are rewards standardised within their group, the loss is the
/// mean over completions of their means over tokens.
///
/// Differs from the paper: the divergence from the base is off unless asked for, as in TRL; the standard
/// deviation has n − 1 and 1e-4 is added to it, as in TRL.
///
/// **Source:** Shao et al., "DeepSeekMath", 2024, arXiv 2402.03300, equation 3.
package struct GRPO: PolicyObjective {
  package static let name = "grpo"
  package static let summary = "group-standardised advantages, mean over completions"
  package static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .sequenceMean, options)
  }
}

/// GRPO without its two biases: advantages are not divided by the group's deviation, and losses are
/// divided by the longest possible length instead of the length of each completion.
///
/// **Source:** Liu et al., "Understanding R1-Zero-like training: a critical perspective", 2025,
/// arXiv 2503.20783, section 3.
package struct DrGRPO: PolicyObjective {
  package static let name = "dr-grpo"
  package static let summary = "centred advantages, sums over a fixed length"
  package static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  package func advantages(of rollout: RolloutSignals) -> [[Double]] {
    Advantages.spread(Advantages.centered(rollout), over: rollout)
  }

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .fixedLength, options)
  }
}

/// Decoupled clip and dynamic sampling: the mean over all tokens of the batch, clipped higher above 1 than
/// below.
///
/// Dynamic sampling and the penalty for overlong answers are options of the run: ``RunOptions``.
///
/// **Source:** Yu et al., "DAPO: an open-source LLM reinforcement learning system at scale", 2025,
/// arXiv 2503.14476, equation 8.
package struct DAPO: PolicyObjective {
  package static let name = "dapo"
  package static let summary = "mean over tokens, clipped higher above than below"
  package static let usualClip = ObjectiveClip(low: 0.2, high: 0.28)
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .tokenMean, options)
  }
}

/// Group sequence policy optimisation: one ratio per completion, the geometric mean of its tokens' ratios.
///
/// **Source:** Zheng et al., "Group sequence policy optimization", 2025, arXiv 2507.18071, equations 5
/// to 7; ε of 3e-4 and 4e-4 from its section 5.
package struct GSPO: PolicyObjective {
  package static let name = "gspo"
  package static let summary = "one ratio a completion, clipped narrowly"
  package static let usualClip = ObjectiveClip(low: 3e-4, high: 4e-4)
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.sequenceLevel(Self.clip(options), isMean: true, options)
  }
}
