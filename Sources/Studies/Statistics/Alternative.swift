/// What a test holds against its null hypothesis.
public enum Alternative: String, Sendable, CaseIterable, Codable {
  /// The first group differs, in either direction.
  case twoSided
  /// The first group is larger (the differences are positive).
  case greater
  /// The first group is smaller (the differences are negative).
  case less

  /// The p value from the two tail probabilities, each with the observed value included.
  ///
  /// Two-sided is twice the smaller tail, at most 1: also right where ties make the distribution
  /// lopsided.
  func pValue(lower: Double, upper: Double) -> Double {
    switch self {
    case .twoSided: min(1, 2 * min(lower, upper))
    case .greater: min(1, upper)
    case .less: min(1, lower)
    }
  }
}
