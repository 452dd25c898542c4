import Foundation
import LinearAlgebra
import Training

/// One training of a retriever and what it finds on documents that it did not see.
struct RetrievalTrial {
  /// How a query becomes weights of words.
  enum Queries { case inverseDocumentFrequency, learnedTable, model }

  let queries: Queries
  let penalty: SparsityPenalty
  let steps: Int
  let rate: Double
  let seed: UInt64
  /// Queries of a step, each with its document.
  private static let batch = 32
  /// Few, since documents that are alike teach more than others.
  private static let topicsPerBatch = 2
  /// What scores are multiplied by in the loss.
  private static let inverseTemperature = 4.0
  private static let searched = 1000, asked = 300

  struct Result {
    var gain = 0.0, reciprocalRank = 0.0
    /// Words of a document, and postings that a query reads, on average.
    var words = 0.0, postings = 0.0
  }

  /// Trains the encoder and searches.
  func run(_ encoder: SparseEncoder) throws -> Result {
    var corpus = SynonymCorpus(seed: seed)
    let known = (0..<Self.searched).map { _ in corpus.document().words }
    let frequencies = QueryTable.inverseDocumentFrequency(
      known, vocabulary: CorpusBase.configuration.vocabularySize)
    let learned = LearnedQueryTable(
      embeddings: encoder.policy.base.weights[encoder.policy.base.layout.embedding])
    for step in 0..<steps {
      try Task.checkCancellation()
      let topics = (0..<Self.topicsPerBatch).map { _ in corpus.topic() }
      let documents = (0..<Self.batch).map { corpus.document(about: topics[$0 % topics.count]) }
      let queries = documents.map { corpus.query(for: $0) }
      let table = self.queries == .learnedTable ? learned.table : frequencies
      learn(encoder, documents, queries, table, learned, step)
    }
    return search(
      encoder, table: self.queries == .learnedTable ? learned.table : frequencies, &corpus)
  }

  private func learn(
    _ encoder: SparseEncoder, _ documents: [SynonymCorpus.Document],
    _ queries: [SynonymCorpus.Query], _ table: [Float], _ learned: LearnedQueryTable, _ step: Int
  ) {
    let isModel = self.queries == .model
    let encoded = encoder.encode(
      documents.map(\.words) + (isModel ? queries.map(\.words) : []))
    let texts = Array(encoded.prefix(documents.count))
    let asked =
      isModel
      ? encoded.dropFirst(documents.count).map { SparseQuery.terms($0.weights) }
      : queries.map { SparseQuery.terms($0.words, table: table) }
    var scores = Matrix(rows: asked.count, columns: texts.count)
    for (row, query) in asked.enumerated() {
      for (column, text) in texts.enumerated() {
        scores[row, column] = query.reduce(0) {
          $0 + Self.inverseTemperature * Double($1.weight * text.weights[$1.word])
        }
      }
    }
    let slopes = ContrastiveLoss.value(scores) { !documents[$1].answers(queries[$0]) }.slopes
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
      let paid = penalty.value(Array(encoded.dropFirst(documents.count))).slopes
      for row in paid.indices {
        for word in paid[row].indices { querySlopes[row][word] += charge * paid[row][word] }
      }
      encoder.learn(textSlopes + querySlopes, rate: rate)
    } else {
      encoder.learn(textSlopes, rate: rate)
      if self.queries == .learnedTable {
        learned.learn(
          table.indices.map { word in querySlopes.reduce(0) { $0 + $1[word] } }, rate: rate)
      }
    }
  }

  private func search(
    _ encoder: SparseEncoder, table: [Float], _ corpus: inout SynonymCorpus
  ) -> Result {
    let documents = (0..<Self.searched).map { _ in corpus.document() }
    var index = InvertedIndex(vocabulary: table.count)
    for start in stride(from: 0, to: documents.count, by: 100) {
      for text in encoder.encode(documents[start..<start + 100].map(\.words)) {
        index.add(text.weights)
      }
    }
    let queries = (0..<Self.asked).map { corpus.query(for: documents[$0]) }
    let terms =
      self.queries == .model
      ? encoder.encode(queries.map(\.words)).map { SparseQuery.terms($0.weights) }
      : queries.map { SparseQuery.terms($0.words, table: table) }
    return Self.result(of: index, documents, queries, terms)
  }

  /// What an index finds.
  static func result(
    of index: InvertedIndex, _ documents: [SynonymCorpus.Document],
    _ queries: [SynonymCorpus.Query], _ terms: [[SparseQuery.Term]]
  ) -> Result {
    var result = Result()
    var scores = [Float](repeating: 0, count: documents.count)
    let share = 1 / Double(queries.count)
    for (query, terms) in zip(queries, terms) {
      let relevance = documents.map { $0.answers(query) }
      let found = index.search(terms, best: 10, scores: &scores).map { relevance[$0] }
      result.gain +=
        share
        * RankingMeasures.gain(ofFirstTen: found, relevant: relevance.count { $0 })
      result.reciprocalRank += share * RankingMeasures.reciprocalRank(inFirstTen: found)
      result.postings += share * Double(index.postings(of: terms))
    }
    result.words = Double(index.postings) / Double(documents.count)
    return result
  }

  /// What the words themselves find: each document holds log(1 + count) of its own words, each query the table's
  /// weights.
  static func lexical(seed: UInt64) -> Result {
    var corpus = SynonymCorpus(seed: seed)
    let documents = (0..<searched).map { _ in corpus.document() }
    let table = QueryTable.inverseDocumentFrequency(
      documents.map(\.words), vocabulary: CorpusBase.configuration.vocabularySize)
    var index = InvertedIndex(vocabulary: table.count)
    for document in documents {
      var counts = [Float](repeating: 0, count: table.count)
      for word in document.words { counts[Int(word)] += 1 }
      index.add(counts.map { log1p($0) })
    }
    let queries = (0..<asked).map { corpus.query(for: documents[$0]) }
    return result(
      of: index, documents, queries, queries.map { SparseQuery.terms($0.words, table: table) })
  }
}
