import Foundation

/// The estimate of a divergence from tokens that one of the policies drew.
enum SampledDivergence {
  /// k3 = ρ − 1 − ln ρ of one token: unbiased, never negative.
  ///
  /// **Source:** Schulman, "Approximating KL divergence", 2020.
  /// - Parameter logRatio: ln ρ, with ρ the ratio of the other policy's probability to that of the one that drew.
  static func term(_ logRatio: Double) -> Double {
    // For small ratios, the difference of two numbers near 1 would leave rounding.
    max(expm1(logRatio) - logRatio, 0)
  }
}
