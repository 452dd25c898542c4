/// Mean and spread of a sample.
public enum SampleMoments {
  /// The arithmetic mean; nil of nothing.
  public static func mean(of values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The unbiased variance Σ(x − x̄)² / (n − 1), in two passes; nil below two values.
  public static func variance(of values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(of: values) else { return nil }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return squares / Double(values.count - 1)
  }

  /// The root of the unbiased variance; nil below two values.
  public static func standardDeviation(of values: [Double]) -> Double? {
    variance(of: values)?.squareRoot()
  }
}

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

/// The ranks of a sample, equal values sharing the mean of the ranks they occupy.
///
/// **Source:** Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945.
public struct MidRanks: Sendable, Equatable {
  /// The rank of each value, in the order given; 1 for the smallest, halves where values tie.
  public let ranks: [Double]

  /// Ranks values. O(n log n).
  /// - Parameter values: The sample, without NaN.
  public init(of values: [Double]) {
    precondition(!values.contains { $0.isNaN }, "a value that is not a number has no rank")
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      // Ranks start + 1 … end have this mean; a multiple of ½, so that sums are exact.
      let shared = Double(start + 1 + end) / 2
      for place in start..<end { ranks[order[place]] = shared }
      start = end
    }
    self.ranks = ranks
  }
}
