import Foundation

/// How good a ranking is, for documents that are relevant or not.
///
/// **Source:** Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002 (with the logarithm of
/// base 2 that trec_eval takes); the reciprocal rank as in MS MARCO.
package enum RankingMeasures {
  /// Normalised discounted cumulative gain of the first ten; 0 if nothing is relevant.
  /// - Parameters:
  ///   - ranking: The relevance of the documents found, best first.
  ///   - relevant: How many relevant documents there are.
  package static func gain(ofFirstTen ranking: [Bool], relevant: Int) -> Double {
    func discount(_ place: Int) -> Double { 1 / log2(Double(place) + 2) }
    let ideal = (0..<min(relevant, 10)).reduce(0) { $0 + discount($1) }
    let found = ranking.prefix(10).enumerated().reduce(0) { sum, entry in
      sum + (entry.element ? discount(entry.offset) : 0)
    }
    return ideal > 0 ? found / ideal : 0
  }

  /// One over the rank of the first relevant document among the first ten; 0 if there is none.
  package static func reciprocalRank(inFirstTen ranking: [Bool]) -> Double {
    ranking.prefix(10).firstIndex(of: true).map { 1 / Double($0 + 1) } ?? 0
  }
}
