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
