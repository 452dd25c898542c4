/// The ranks of a sample, equal values sharing the mean of the ranks they occupy.
///
/// **Source:** Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945.
package struct MidRanks: Sendable, Equatable {
  /// The rank of each value, in the order given; 1 for the smallest, halves where values tie.
  package let ranks: [Double]

  /// Ranks values. O(n log n).
  /// - Parameter values: The sample, without NaN.
  package init(of values: [Double]) {
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
