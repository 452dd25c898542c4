import Foundation

/// How far a policy is from the one that drew some tokens.
package enum SampledDivergence {
  /// The mean of k3 = ρ − 1 − ln ρ over tokens, in nats per token, with ρ the ratio of the second policy's probability to
  /// that of the first: unbiased for tokens that the first policy drew, never negative but for rounding. For other tokens
  /// it is an estimate of the size of the step, not of the divergence.
  ///
  /// **Source:** Schulman, "Approximating KL divergence", 2020.
  /// - Parameters:
  ///   - first: The log-probabilities of the tokens under the policy that drew them.
  ///   - second: Those under the other policy, as many.
  package static func mean(from first: [Double], to second: [Double]) -> Double {
    precondition(first.count == second.count, "both policies read the same tokens")
    let sum = zip(first, second).reduce(0) { sum, values in
      let difference = values.1 - values.0
      return sum + (exp(difference) - 1 - difference)
    }
    return sum / Double(max(first.count, 1))
  }
}
