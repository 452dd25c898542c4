/// Mean and spread of a sample.
package enum SampleMoments {
  /// The arithmetic mean; nil for an empty sample.
  package static func mean(of values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The unbiased variance Σ(x − x̄)² / (n − 1), in two passes; nil below two values.
  package static func variance(of values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(of: values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares / Double(values.count - 1)
  }

  /// The root of the unbiased variance; nil below two values.
  package static func standardDeviation(of values: [Double]) -> Double? {
    variance(of: values)?.squareRoot()
  }
}

/// Quantiles of a sample, interpolated between order statistics.
///
/// **Source:** Hyndman and Fan, "Sample quantiles in statistical packages", The American
/// Statistician 50, 1996, definition 7: the position among the sorted values is (n − 1) p, counted
/// from 0. NumPy and R take the same by default.
package enum SampleQuantile {
  /// The quantile at `probability`; nil for an empty sample. O(n log n).
  /// - Parameters:
  ///   - probability: The share of the sample below, in [0, 1].
  ///   - values: The sample in any order, without NaN.
  package static func value(at probability: Double, of values: [Double]) -> Double? {
    value(at: probability, ofSorted: values.sorted())
  }

  /// The middle value, or the mean of the two middle ones; nil for an empty sample. O(n log n).
  package static func median(of values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// The quantile of values that are sorted already; nil for an empty sample. O(1).
  /// - Parameters:
  ///   - probability: The share of the sample below, in [0, 1].
  ///   - sorted: The sample in ascending order, without NaN.
  package static func value(at probability: Double, ofSorted sorted: [Double]) -> Double? {
    precondition(probability >= 0 && probability <= 1, "a quantile's probability is in [0, 1]")
    guard let last = sorted.indices.last else { return nil }
    let position = probability * Double(last)
    let below = Int(position)
    let fraction = position - Double(below)
    guard below < last, fraction > 0 else { return sorted[below] }
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
  }
}
