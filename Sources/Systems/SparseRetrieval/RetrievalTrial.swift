import Foundation
import LinearAlgebra
import Training

/// One training of a retriever and what it finds with queries that it did not see.
struct RetrievalTrial {
  /// How a query becomes weights of words.
  enum Queries { case inverseDocumentFrequency, learnedTable, model }

  let queries: Queries
  let penalty: SparsityPenalty
  let steps: Int
  let rate: Double
  /// What scores are multiplied by in the loss.
  private static let inverseTemperature = 4.0

  struct Result {
    let gain: Double, reciprocalRank: Double
    /// Words of a document, and postings that a query reads, on average.
    let words: Double, postings: Double
    let time: QueryTime
  }

  /// Trains the encoder and searches.
  func run(_ encoder: SparseEncoder, on corpus: some RetrievalCorpus) throws -> Result {
    var corpus = corpus
    let frequencies = QueryTable.inverseDocumentFrequency(
      corpus.counted(), vocabulary: corpus.vocabulary + 1)
    let learned = LearnedQueryTable(
      embeddings: encoder.policy.base.weights[encoder.policy.base.layout.embedding])
    for step in 0..<steps {
      try Task.checkCancellation()
      let table = queries == .learnedTable ? learned.table : frequencies
      learn(encoder, corpus.batch(), table, learned, step)
    }
    return search(
      encoder, table: queries == .learnedTable ? learned.table : frequencies,
      corpus.examination())
  }

  private func learn(
    _ encoder: SparseEncoder, _ batch: RetrievalBatch, _ table: [Float],
    _ learned: LearnedQueryTable, _ step: Int
  ) {
    let isModel = queries == .model
    let encoded = encoder.encode(batch.documents + (isModel ? batch.queries : []))
    let texts = Array(encoded.prefix(batch.documents.count))
    let asked =
      isModel
      ? encoded.dropFirst(texts.count).map { SparseQuery.terms($0.weights) }
      : batch.queries.map { SparseQuery.terms($0, table: table) }
    var scores = Matrix(rows: asked.count, columns: texts.count)
    for (row, query) in asked.enumerated() {
      for (column, text) in texts.enumerated() {
        scores[row, column] = query.reduce(0) {
          $0 + Self.inverseTemperature * Double($1.weight * text.weights[$1.word])
        }
      }
    }
    let slopes = ContrastiveLoss.value(scores) { !batch.answers[$0].contains($1) }.slopes
    let charge = Float(penalty.weight(at: step))
    var textSlopes = penalty.value(texts).slopes.map { $0.map { charge * $0 } }
    var querySlopes = asked.map { _ in [Float](repeating: 0, count: table.count) }
    for (row, query) in asked.enumerated() {
      for column in texts.indices {
        let slope = Float(Self.inverseTemperature * slopes[row, column])
        for term in query {
          textSlopes[column][term.word] += slope * term.weight
          querySlopes[row][term.word] += slope * texts[column].weights[term.word]
        }
      }
    }
    if isModel {
      // Words of a query cost as those of a document do.
      let paid = penalty.value(Array(encoded.dropFirst(texts.count))).slopes
      for row in paid.indices {
        for word in paid[row].indices { querySlopes[row][word] += charge * paid[row][word] }
      }
      encoder.learn(textSlopes + querySlopes, rate: rate)
    } else {
      encoder.learn(textSlopes, rate: rate)
      if queries == .learnedTable {
        learned.learn(
          table.indices.map { word in querySlopes.reduce(0) { $0 + $1[word] } }, rate: rate)
      }
    }
  }

  private func search(
    _ encoder: SparseEncoder, table: [Float], _ asked: RetrievalBatch
  ) -> Result {
    var documents = [[Float]]()
    for start in stride(from: 0, to: asked.documents.count, by: 100) {
      let end = min(start + 100, asked.documents.count)
      documents += encoder.encode(Array(asked.documents[start..<end])).map(\.weights)
    }
    let terms =
      queries == .model
      ? encoder.encode(asked.queries).map { SparseQuery.terms($0.weights) }
      : asked.queries.map { SparseQuery.terms($0, table: table) }
    return Self.result(documents, terms, answers: asked.answers)
  }

  /// What an index of documents finds.
  private static func result(
    _ documents: [[Float]], _ terms: [[SparseQuery.Term]], answers: [Set<Int>]
  ) -> Result {
    var index = InvertedIndex(vocabulary: documents.first?.count ?? 0)
    for document in documents { index.add(document) }
    var (gain, reciprocalRank, postings) = (0.0, 0.0, 0.0)
    var scores = [Float](repeating: 0, count: documents.count)
    let share = 1 / Double(terms.count)
    for (query, relevant) in zip(terms, answers) {
      let found = index.search(query, best: 10, scores: &scores).map { relevant.contains($0) }
      gain += share * RankingMeasures.gain(ofFirstTen: found, relevant: relevant.count)
      reciprocalRank += share * RankingMeasures.reciprocalRank(inFirstTen: found)
      postings += share * Double(index.postings(of: query))
    }
    return Result(
      gain: gain, reciprocalRank: reciprocalRank,
      words: Double(index.postings) / Double(documents.count), postings: postings,
      time: QueryTime(of: index, documents, terms))
  }

  /// What the words themselves find: each document holds log(1 + count) of its own words, each query the table's
  /// weights.
  static func lexical(_ corpus: some RetrievalCorpus) -> Result {
    var corpus = corpus
    let asked = corpus.examination()
    let table = QueryTable.inverseDocumentFrequency(
      asked.documents, vocabulary: corpus.vocabulary + 1)
    let documents = asked.documents.map { words in
      var counts = [Float](repeating: 0, count: table.count)
      for word in words { counts[Int(word)] += 1 }
      return counts.map { log1p($0) }
    }
    return result(
      documents, asked.queries.map { SparseQuery.terms($0, table: table) }, answers: asked.answers)
  }
}
