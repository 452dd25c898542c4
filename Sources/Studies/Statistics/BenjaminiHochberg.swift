/// P values corrected for the share of false ones among the findings.
public enum BenjaminiHochberg {
  /// Adjusted p values (q values): those at or below a level hold the expected share of false
  /// findings at that level, if the tests are independent or positively dependent.
  ///
  /// The k-th smallest of n p values is multiplied by n/k, and is never above the one after it.
  /// O(n log n).
  ///
  /// **Source:** Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the Royal
  /// Statistical Society B 57, 1995.
  /// - Parameter pValues: One p value in [0, 1] a hypothesis.
  /// - Returns: The adjusted values in the same order, in [0, 1].
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    precondition(pValues.allSatisfy { $0 >= 0 && $0 <= 1 }, "a p value is in [0, 1]")
    var adjusted = pValues
    var smallest = 1.0
    let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
    for (place, index) in order.enumerated().reversed() {
      smallest = min(smallest, pValues[index] * Double(pValues.count) / Double(place + 1))
      adjusted[index] = smallest
    }
    return adjusted
  }
}
