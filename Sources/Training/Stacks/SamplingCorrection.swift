import Foundation

/// Weights of tokens that correct for a sampler whose probabilities are not those of the policy that is trained: the
/// ratio of the two, at most 2. They are constants: no gradient passes through them.
///
/// **Source:** TRL 0.25.1, `GRPOTrainer` with `vllm_importance_sampling_correction` and its default cap.
struct SamplingCorrection {
  static let cap = 2.0

  /// For each token of each completion.
  let weights: [[Double]]
  /// The mean distance of the two log-probabilities over all tokens.
  let meanGap: Double

  /// - Parameters:
  ///   - policy: Log-probabilities of tokens under the policy.
  ///   - sampler: Those that they were drawn with.
  init(policy: [[Double]], sampler: [[Double]]) {
    let gaps = zip(policy, sampler).map { zip($0, $1).map { $0 - $1 } }
    weights = gaps.map { $0.map { min(exp($0), Self.cap) } }
    let all = gaps.joined()
    meanGap = all.reduce(0) { $0 + $1.magnitude } / Double(max(all.count, 1))
  }

  var meanWeight: Double {
    let all = weights.joined()
    return all.reduce(0, +) / Double(max(all.count, 1))
  }
}
