import Foundation
import LinearAlgebra

/// The interval of a mean over few seeds, in tables, sentences and verdicts alike.
///
/// A bootstrap of three to five seeds is too narrow: it cannot reach beyond the sample. Student's interval
/// has its nominal coverage for normal differences, however few there are. At each end the wider of the two
/// is taken, so that a skewed sample is not called certain either.
enum SeedInterval {
  /// The wider of Student's and the bootstrap interval; nil below two values.
  /// - Parameters:
  ///   - values: One number per seed; finite.
  ///   - level: The nominal coverage, in (0, 1).
  ///   - resamples: How many resamples the bootstrap draws.
  static func ofMean(
    _ values: [Double], level: Double = 0.95, resamples: Int = Estimate.bootstrap.resamples
  ) -> ConfidenceInterval? {
    guard values.count > 1, let mean = SampleMoments.mean(of: values),
      let deviation = SampleMoments.standardDeviation(of: values)
    else { return nil }
    let reach =
      quantile(level: level, degrees: values.count - 1) * deviation
      / Double(values.count).squareRoot()
    let bootstrap = BootstrapInterval(.percentile, level: level, resamples: resamples)
      .ofMean(values)
    return ConfidenceInterval(
      lower: min(mean - reach, bootstrap?.lower ?? .infinity),
      upper: max(mean + reach, bootstrap?.upper ?? -.infinity), level: level)
  }

  /// How many standard errors an interval reaches to either side.
  ///
  /// O(degrees), by bisection.
  /// - Parameters:
  ///   - level: The nominal coverage, in (0, 1).
  ///   - degrees: The degrees of freedom, at least 1.
  static func quantile(level: Double, degrees: Int) -> Double {
    precondition(level > 0 && level < 1, "a level lies between 0 and 1")
    precondition(degrees > 0, "Student's distribution has a degree of freedom")
    var (inside, outside) = (0.0, Double.pi / 2)
    // The angle is in [0, π/2]: after 60 halvings a double cannot tell the ends apart.
    for _ in 0..<60 {
      let middle = (inside + outside) / 2
      if coverage(angle: middle, degrees: degrees) < level {
        inside = middle
      } else {
        outside = middle
      }
    }
    return tan((inside + outside) / 2) * Double(degrees).squareRoot()
  }

  /// The probability of |t| ≤ √ν tan θ.
  ///
  /// **Source:** Abramowitz and Stegun, "Handbook of Mathematical Functions", 1964, 26.7.3 and 26.7.4.
  private static func coverage(angle: Double, degrees: Int) -> Double {
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = degrees % 2 == 1
    var term = isOdd ? cosine : 1
    var sum = degrees == 1 ? 0 : term
    for power in stride(from: isOdd ? 3 : 2, to: degrees - 1, by: 2) {
      let factor = Double(power - 1) / Double(power)
      term *= factor * cosine * cosine
      sum += term
    }
    return isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
  }
}
