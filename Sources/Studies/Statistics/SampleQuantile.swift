/// Quantiles of a sample, interpolated between order statistics.
///
/// **Source:** Hyndman and Fan, "Sample quantiles in statistical packages", The American
/// Statistician 50, 1996, definition 7: the position among the sorted values is (n − 1) p, counted
/// from 0. NumPy and R take the same by default.
public enum SampleQuantile {
  /// The quantile at `probability`; nil of nothing. O(n log n).
  /// - Parameters:
  ///   - probability: The share of the sample below, in [0, 1].
  ///   - values: The sample in any order, without NaN.
  public static func value(at probability: Double, of values: [Double]) -> Double? {
    value(at: probability, ofSorted: values.sorted())
  }

  /// The middle value, or the mean of the two middle ones; nil of nothing. O(n log n).
  public static func median(of values: [Double]) -> Double? { value(at: 0.5, of: values) }

  /// The distance between the quartiles; nil of nothing. O(n log n).
  public static func interquartileRange(of values: [Double]) -> Double? {
    let sorted = values.sorted()
    guard let low = value(at: 0.25, ofSorted: sorted), let high = value(at: 0.75, ofSorted: sorted)
    else { return nil }
    return high - low
  }

  /// The quantile of values that are sorted already; nil of nothing. O(1).
  /// - Parameters:
  ///   - probability: The share of the sample below, in [0, 1].
  ///   - sorted: The sample in ascending order, without NaN.
  public static func value(at probability: Double, ofSorted sorted: [Double]) -> Double? {
    precondition(probability >= 0 && probability <= 1, "a quantile's probability is in [0, 1]")
    guard let last = sorted.indices.last else { return nil }
    let position = probability * Double(last)
    let below = Int(position)
    let fraction = position - Double(below)
    guard below < last, fraction > 0 else { return sorted[below] }
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
  }
}
