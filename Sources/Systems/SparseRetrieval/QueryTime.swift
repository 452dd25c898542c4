import Foundation
import LinearAlgebra

/// How long a query takes, with an index and without one. It differs from run to run and is no measurement of a unit.
package struct QueryTime: Codable, Equatable, Sendable {
  /// Seconds a query, with the ranking of its ten best.
  package let index: Double
  /// The same if every document's weights of all words are multiplied with the query's.
  package let everyDocument: Double

  /// Asks all queries, once to warm up and then three times, and keeps the shortest mean.
  /// - Parameters:
  ///   - index: Of the documents.
  ///   - documents: A weight for each word.
  ///   - queries: At least one.
  package init(of index: InvertedIndex, _ documents: [[Float]], _ queries: [[SparseQuery.Term]]) {
    var scores = [Float](repeating: 0, count: documents.count)
    self.index = Self.shortest(queries) { query in
      index.search(query, best: 10, scores: &scores).count
    }
    let words = documents.first?.count ?? 0
    let weights = MatrixView<Float>(rows: documents.count, columns: words)
    for (row, document) in documents.enumerated() {
      for (word, weight) in document.enumerated() { weights[row, word] = weight }
    }
    let vector = MatrixView<Float>(rows: words, columns: 1)
    let found = MatrixView<Float>(rows: documents.count, columns: 1)
    everyDocument = Self.shortest(queries) { query in
      vector.fill(0)
      for term in query { vector[term.word, 0] = term.weight }
      found.multiply(weights, vector)
      return Self.best(10, of: found.values)
    }
  }

  private static func shortest(
    _ queries: [[SparseQuery.Term]], _ ask: ([SparseQuery.Term]) -> Int
  ) -> Double {
    (0..<4).map { _ in
      let begin = ContinuousClock.now
      // The sum keeps the work from being left out.
      let found = queries.reduce(0) { $0 + ask($1) }
      precondition(found >= 0)
      return (ContinuousClock.now - begin) / .seconds(1) / Double(max(1, queries.count))
    }.dropFirst().min() ?? 0
  }

  /// How many of the ten best scores are above 0; found as an index finds them.
  private static func best(_ count: Int, of scores: [Float]) -> Int {
    scores.indices.filter { scores[$0] > 0 }
      .sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(count).count
  }
}
