/// Proximal policy optimisation: advantages by a value function, whitened over the rollout, and the clipped loss as a mean
/// over tokens. The value function is the trainer's `Critic`.
///
/// With several value heads, where they disagree about what follows a token, its advantage gets a bonus: Â = Ã +
/// ω·min(|Ã|/κ, α·σ), σ being the standard deviation of the heads at the prefix that ends with the token. The last token has
/// no such prefix and no bonus.
///
/// Differs from the papers: the divergence from the base is a part of the loss, as in GRPO, not of the reward; the bonus is
/// added before advantages are whitened, since both are then in units of the reward (the paper does not say).
///
/// **Source:** Schulman et al., "Proximal policy optimization algorithms", 2017, arXiv 1707.06347; the bonus: Dai et al.,
/// "CDE", 2025, arXiv 2509.09675, section 3.2, with its α and κ.
package struct PPO: PolicyObjective {
  package static let name = "ppo"
  package static let summary = "advantages by a value function, whitened over the rollout"
  package static let usualClip = ObjectiveClip(low: 0.2, high: 0.2)
  package static let needsValues = true
  /// α of the heads' standard deviation.
  private static let spreadShare = 0.5
  private let options: ObjectiveOptions

  package init(options: ObjectiveOptions) { self.options = options }

  /// Without values, V = 0 everywhere.
  package func advantages(of rollout: RolloutSignals) -> [[Double]] {
    let values =
      rollout.values?.means ?? rollout.oldLogProbabilities.map { $0.map { _ in 0 } }
    var result = GeneralizedAdvantage.advantages(
      rewards: rollout.rewards, values: values, discount: options.discount,
      decay: options.traceDecay)
    if let spreads = rollout.values?.deviations, options.criticCuriosity > 0 {
      for index in result.indices {
        for place in result[index].indices.dropLast() {
          let bonus = min(
            abs(result[index][place]) / Curiosity.rewardDivisor,
            Self.spreadShare * spreads[index][place + 1])
          result[index][place] += options.criticCuriosity * bonus
        }
      }
    }
    return Advantages.whitened(result)
  }

  package func evaluate(_ batch: ObjectiveBatch) -> ObjectiveValue {
    batch.tokenLevel(Self.clip(options), .tokenMean, options)
  }
}
