extension Rollout {
  /// How much less sure the policy was of its wrong answers than of its right ones, in nats per token: the mean
  /// log-perplexity −(1/T) Σ log p of the answers that did not earn the full reward, minus that of the others.
  ///
  /// 0 means that the policy's confidence says nothing about its answers. The log-probabilities are those that the answers
  /// were drawn with, so they belong to the temperature of the rollout. Nil if all answers are right, or none.
  ///
  /// **Source:** Dai et al., "CDE: Curiosity-driven exploration for efficient reinforcement learning in large language
  /// models", 2025, arXiv 2509.09675, section 4.
  public var calibrationGap: Double? {
    let surprises = completions.map(\.logPerplexity)
    let right = zip(surprises, rewards).filter { $0.1 >= 1 }.map(\.0)
    let wrong = zip(surprises, rewards).filter { $0.1 < 1 }.map(\.0)
    guard !right.isEmpty, !wrong.isEmpty else { return nil }
    return wrong.reduce(0, +) / Double(wrong.count) - right.reduce(0, +) / Double(right.count)
  }
}

extension Completion {
  /// The mean negative log-probability of the tokens under the policy that drew them, in nats; 0 without tokens.
  public var logPerplexity: Double {
    -logProbabilities.reduce(0, +) / Double(max(logProbabilities.count, 1))
  }
}
