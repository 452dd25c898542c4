import Foundation
package import LinearAlgebra

/// The cross-entropy of finding each query's own document among those of the batch (InfoNCE).
///
/// Documents of the batch that answer a query as well are left out of its candidates.
package struct ContrastiveLoss {
  /// The loss, and its derivatives by scores.
  /// - Parameters:
  ///   - scores: Queries × documents; the own document of query i is document i.
  ///   - isCandidate: Whether document j counts for query i; the own one always does.
  package static func value(
    _ scores: Matrix, isCandidate: (Int, Int) -> Bool
  ) -> (loss: Double, slopes: Matrix) {
    var loss = 0.0
    var slopes = Matrix(rows: scores.rows, columns: scores.columns)
    let count = Double(max(scores.rows, 1))
    for query in 0..<scores.rows {
      let candidates = (0..<scores.columns).filter { $0 == query || isCandidate(query, $0) }
      let highest = candidates.map { scores[query, $0] }.max() ?? 0
      let total = candidates.reduce(0) { $0 + exp(scores[query, $1] - highest) }
      loss += (highest + log(total) - scores[query, query]) / count
      for document in candidates {
        let probability = exp(scores[query, document] - highest) / total
        slopes[query, document] = (probability - (document == query ? 1 : 0)) / count
      }
    }
    return (loss, slopes)
  }
}
