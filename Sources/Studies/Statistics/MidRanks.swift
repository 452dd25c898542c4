/// The ranks of a sample, equal values sharing the mean of the ranks they occupy.
///
/// **Source:** Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945.
public struct MidRanks: Sendable, Equatable {
  /// The rank of each value, in the order given; 1 for the smallest, halves where values tie.
  public let ranks: [Double]
  /// How many values share each distinct value, in ascending order of the value.
  public let tieSizes: [Int]

  /// Ranks values. O(n log n).
  /// - Parameter values: The sample, without NaN.
  public init(of values: [Double]) {
    precondition(!values.contains { $0.isNaN }, "a value that is not a number has no rank")
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var sizes: [Int] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      // Ranks start + 1 … end have this mean; a multiple of ½, so that sums are exact.
      let shared = Double(start + 1 + end) / 2
      for place in start..<end { ranks[order[place]] = shared }
      sizes.append(end - start)
      start = end
    }
    self.ranks = ranks
    tieSizes = sizes
  }

  /// Whether no value occurs twice.
  public var areDistinct: Bool { tieSizes.count == ranks.count }

  /// Σ(t³ − t) over the sizes t of the ties: what they take from the variance of a rank sum.
  var tieTerm: Double {
    tieSizes.reduce(0) { $0 + Double($1) * (Double($1) * Double($1) - 1) }
  }
}
