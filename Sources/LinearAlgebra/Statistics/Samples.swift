/// Mean and spread of a sample.
package enum SampleMoments {
  /// The arithmetic mean; nil for an empty sample. The mean of finite values is finite, even if their sum is not.
  package static func mean(of values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    guard !mean.isFinite else { return mean }
    return values.reduce(0) { $0 + $1 * smallFactor } / Double(values.count) / smallFactor
  }

  /// The unbiased variance Σ(x − x̄)² / (n − 1), in two passes; nil below two values, and if it exceeds the
  /// range of Double.
  package static func variance(of values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(of: values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares.isFinite ? squares / Double(values.count - 1) : nil
  }

  /// The mean of each value and the `window` − 1 values before it; of fewer at the beginning.
  ///
  /// Short windows are summed anew at each place. Long ones are put together from two sums: the values are cut into
  /// blocks as long as the window, so that each window is the end of one block and the beginning of the next. Unlike
  /// a running sum, neither carries rounding from values outside of the window.
  /// - Complexity: O(n · min(window, 1,024)).
  package static func trailingMeans(of values: [Double], window: Int) -> [Double] {
    precondition(window > 0, "a window holds at least one value")
    if window <= 1024 {
      return values.indices.map { index in
        mean(of: Array(values[max(0, index - window + 1)...index])) ?? 0
      }
    }
    let factor = values.contains { $0.magnitude > 1e290 } ? smallFactor : 1
    let scaled = factor == 1 ? values : values.map { $0 * factor }
    var beginnings = scaled
    var ends = scaled
    for index in scaled.indices where index % window > 0 {
      beginnings[index] += beginnings[index - 1]
    }
    for index in scaled.indices.dropLast().reversed() where (index + 1) % window > 0 {
      ends[index] += ends[index + 1]
    }
    return values.indices.map { index in
      let start = index - window + 1
      if start <= 0 { return beginnings[index] / Double(index + 1) / factor }
      let isBlock = start % window == 0
      return (isBlock ? beginnings[index] : ends[start] + beginnings[index]) / Double(window)
        / factor
    }
  }

  /// A power of two, so that products with it are exact; sums of 2⁶⁴ products do not overflow.
  private static let smallFactor = 0x1p-64

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
    if sorted.count % 2 == 1 { return sorted[middle] }
    let mean = (sorted[middle - 1] + sorted[middle]) / 2
    return mean.isFinite ? mean : sorted[middle - 1] / 2 + sorted[middle] / 2
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
    let value = sorted[below] + fraction * (sorted[below + 1] - sorted[below])
    return value.isFinite ? value : (1 - fraction) * sorted[below] + fraction * sorted[below + 1]
  }
}
