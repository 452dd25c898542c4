import LinearAlgebra

/// Advantages of tokens from the discriminator's logits.
///
/// Differs from its source: dense rewards are standardised by the mean and deviation of all tokens of a group, not of
/// its last tokens. The logit of an end token hardly differs between answers.
///
/// **Source:** the scheme of R-AIRL, 2025, arXiv 2510.01857; AIRL-S's own equations are not known to us.
package enum LearnedAdvantages {
  /// γ of the sum over later tokens.
  package static let discount = 0.9

  /// Dense: A_t = Σ_{u≥t} γ^{u−t} (r_u − μ)/(σ + 10⁻⁴), where μ and σ (with n − 1) are those of all tokens of the
  /// group.
  /// - Parameters:
  ///   - rewards: One per token.
  ///   - groupSize: Answers of a problem, one after another.
  package static func dense(_ rewards: [[Double]], groupSize: Int) -> [[Double]] {
    groups(rewards, groupSize).flatMap { group -> [[Double]] in
      let (mean, deviation) = moments(group.flatMap { $0 })
      return group.map { rewards in
        var ahead = 0.0
        return rewards.reversed().map { reward -> Double in
          ahead = (reward - mean) / (deviation + 1e-4) + discount * ahead
          return ahead
        }.reversed()
      }
    }
  }

  /// Sparse: every token has the mean reward of its answer, standardised in the group, as in GRPO.
  package static func sparse(_ rewards: [[Double]], groupSize: Int) -> [[Double]] {
    groups(rewards, groupSize).flatMap { group -> [[Double]] in
      let means = group.map { $0.reduce(0, +) / Double(max($0.count, 1)) }
      let (mean, deviation) = moments(means)
      return zip(group, means).map { rewards, own in
        rewards.map { _ in (own - mean) / (deviation + 1e-4) }
      }
    }
  }

  private static func groups(_ rewards: [[Double]], _ size: Int) -> [[[Double]]] {
    stride(from: 0, to: rewards.count, by: size).map { Array(rewards[$0..<$0 + size]) }
  }

  /// Mean and standard deviation (with n − 1); 0 where a group is too small for them.
  private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    (
      SampleMoments.mean(of: values) ?? 0, SampleMoments.standardDeviation(of: values) ?? 0
    )
  }
}
