import LinearAlgebra

/// Noise on the log-probabilities that a sampler says it drew tokens with, as where sampler and trainer compute with other
/// kernels or in other precisions: log p′ = log p + σε, ε standard normal and independent for each token.
///
/// Answers are drawn as without it. Only what is read of them afterwards is noisy: the old probabilities of ratios, or the
/// correction for the sampler, if the old ones are read again.
///
/// **Source:** the mismatch that "VeXact", 2026, arXiv 2605.14220, measures; this dial and its distribution are ours.
package struct RolloutNoise {
  /// σ.
  let deviation: Double
  let seed: UInt64

  package init(deviation: Double, seed: UInt64) {
    self.deviation = deviation
    self.seed = seed
  }

  /// Noisy log-probabilities of the tokens of completions, in the order of the rollout.
  package func added(to logProbabilities: [[Double]]) -> [[Double]] {
    guard deviation > 0 else { return logProbabilities }
    var generator = SplitMix64(seed: seed)
    return logProbabilities.map { $0.map { $0 + deviation * generator.nextGaussian() } }
  }
}
