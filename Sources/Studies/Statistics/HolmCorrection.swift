/// P values corrected for testing several hypotheses.
public enum HolmCorrection {
  /// Adjusted p values that hold the probability of any false finding, whatever the dependence.
  ///
  /// The k-th smallest p value is multiplied by the number of hypotheses not yet rejected, and is
  /// never below the one before it. O(n log n).
  ///
  /// **Source:** Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
  /// Journal of Statistics 6, 1979.
  /// - Parameter pValues: One p value in [0, 1] a hypothesis.
  /// - Returns: The adjusted values in the same order, in [0, 1]; reject those at or below the level.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    precondition(pValues.allSatisfy { $0 >= 0 && $0 <= 1 }, "a p value is in [0, 1]")
    var adjusted = pValues
    var largest = 0.0
    for (place, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      largest = max(largest, min(1, Double(pValues.count - place) * pValues[index]))
      adjusted[index] = largest
    }
    return adjusted
  }
}
