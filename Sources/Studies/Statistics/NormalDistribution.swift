import Foundation

/// The standard normal distribution: its distribution function and the inverse of it.
package enum NormalDistribution {
  /// The probability of a value at or below `value`.
  package static func cumulative(_ value: Double) -> Double { erfc(-value / 2.0.squareRoot()) / 2 }

  /// The value below which the given share of the distribution lies; ±∞ at 1 and 0.
  ///
  /// **Source:** Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 26.2.23 (error
  /// below 4.5·10⁻⁴), then three steps of Halley's iteration, which cube the error.
  /// - Parameter probability: A share in [0, 1].
  package static func quantile(_ probability: Double) -> Double {
    precondition(probability >= 0 && probability <= 1, "a probability is in [0, 1]")
    // The upper half mirrors the lower one, whose small probabilities doubles resolve.
    if probability > 0.5 { return -quantile(1 - probability) }
    if probability == 0 { return -.infinity }
    if probability == 0.5 { return 0 }
    let t = (-2 * log(probability)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    let denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
    var value = numerator / denominator - t
    for _ in 0..<3 {
      let density = exp(-value * value / 2) / (2 * Double.pi).squareRoot()
      guard density > 0 else { break }
      let newton = (cumulative(value) - probability) / density
      value -= newton / (1 + value * newton / 2)
    }
    return value
  }
}
