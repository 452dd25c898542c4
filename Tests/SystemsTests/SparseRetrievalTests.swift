import Adapters
import Foundation
import LinearAlgebra
import Systems
import Testing
import Training

@Suite("Sparse retrieval") struct SparseRetrievalTests {
  /// Representations are in single precision.
  static let bound = 1e-6

  static func documents(
    _ golden: RetrievalAndRewardGolden, twice: Bool
  ) -> [SparseRepresentation] {
    golden.logits.map { rows in
      SparseRepresentation(
        MatrixView(
          Matrix(rows: rows.count, columns: rows[0].count, values: rows.flatMap { $0 })),
        isTwiceLogarithmic: twice)
    }
  }

  static func doubles(_ values: [Float]) -> [Double] { values.map { Double($0) } }

  @Test(arguments: [0, 1])
  func `representations, scores and losses agree with torch, and so do their derivatives`(
    index: Int
  ) throws {
    let golden = try RetrievalAndRewardGolden.read()
    let expected = golden.retrieval[index]
    let documents = Self.documents(golden, twice: expected.twice)
    #expect(
      RetrievalAndRewardGolden.agree(
        documents.map { Self.doubles($0.weights) }, expected.documents, Self.bound))
    let table = golden.table.map { Float($0) }
    let queries = golden.queries.map { SparseQuery.terms($0, table: table) }
    var scores = Matrix(rows: 3, columns: 3)
    for (row, query) in queries.enumerated() {
      for (column, document) in documents.enumerated() {
        scores[row, column] = query.reduce(0) {
          $0 + Double($1.weight * document.weights[$1.word])
        }
      }
    }
    let (contrast, slopes) = ContrastiveLoss.value(scores) { golden.candidates[$0][$1] }
    #expect(abs(contrast - expected.contrast) <= Self.bound)
    let paid = SparsityPenalty(weight: 1, ramp: 0, fewestWords: expected.fewest).value(documents)
    #expect(abs(paid.value - expected.flops) <= Self.bound)

    var tableSlopes = [Double](repeating: 0, count: 6)
    for (column, document) in documents.enumerated() {
      var weightSlopes = paid.slopes[column].map { golden.penalty * Double($0) }
      for (row, query) in queries.enumerated() {
        for term in query {
          weightSlopes[term.word] += slopes[row, column] * Double(term.weight)
          tableSlopes[term.word] += slopes[row, column] * Double(document.weights[term.word])
        }
      }
      var logitSlopes = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 4)
      for word in 0..<6 {
        logitSlopes[Int(document.positions[word])][word] =
          weightSlopes[word] * Double(document.slopes[word])
      }
      #expect(
        RetrievalAndRewardGolden.agree(logitSlopes, expected.logitSlopes[column], Self.bound))
    }
    #expect(RetrievalAndRewardGolden.agree([tableSlopes], [expected.tableSlopes], Self.bound))
  }

  @Test func `the index finds what scoring every document finds`() {
    var generator = SplitMix64(seed: 3)
    let documents = (0..<50).map { _ in
      (0..<20).map { _ in
        generator.nextUniform() < 0.3 ? Float(generator.nextUniform()) : 0
      }
    }
    var index = InvertedIndex(vocabulary: 20)
    for document in documents { index.add(document) }
    #expect(index.postings == documents.joined().count { $0 > 0 })
    var scores = [Float](repeating: 0, count: 50)
    for word in 0..<19 {
      let query = SparseQuery.terms(
        [Int32(word), Int32(word + 1)], table: (0..<20).map { 1 + Float($0) })
      let all = documents.map { document in
        query.reduce(Float(0)) { $0 + $1.weight * document[$1.word] }
      }
      let expected = all.indices.filter { all[$0] > 0 }
        .sorted { (all[$0], $1) > (all[$1], $0) }.prefix(10)
      #expect(index.search(query, best: 10, scores: &scores) == Array(expected))
      #expect(scores.allSatisfy { $0 == 0 })
      #expect(
        index.postings(of: query) == documents.count { $0[word] > 0 }
          + documents.count { $0[word + 1] > 0 })
    }
  }

  @Test func `measures of known rankings`() {
    #expect(
      RankingMeasures.gain(ofFirstTen: [true, false, true], relevant: 2) == 1.5 / (1 + 1 / log2(3)))
    #expect(RankingMeasures.gain(ofFirstTen: [true, true], relevant: 2) == 1)
    #expect(RankingMeasures.gain(ofFirstTen: [false], relevant: 0) == 0)
    #expect(RankingMeasures.reciprocalRank(inFirstTen: [false, false, true]) == 1 / 3.0)
    #expect(
      RankingMeasures.reciprocalRank(
        inFirstTen: Array(repeating: false, count: 10) + [true]) == 0)
  }

  @Test func `rare words weigh more, and a word of every document still weighs something`() {
    let table = QueryTable.inverseDocumentFrequency([[0, 1, 1], [0, 2], [0]], vocabulary: 4)
    #expect(abs(Double(table[0]) - log(1 + 0.5 / 3.5)) <= 1e-6)
    #expect(table[1] == table[2] && table[1] > table[0] && table[3] > table[1])
  }

  @Test func `a query shares a concept with its document, but often no word`() {
    var corpus = SynonymCorpus(seed: 1)
    var withoutCommonWord = 0
    for _ in 0..<200 {
      let document = corpus.document()
      #expect(document.words.count == SynonymCorpus.documentLength)
      let query = corpus.query(for: document)
      #expect(document.answers(query) && query.concepts.count == SynonymCorpus.conceptsPerQuery)
      let words = query.words.filter { $0 < Int32(SynonymCorpus.concepts * SynonymCorpus.synonyms) }
      if Set(words).isDisjoint(with: document.words) { withoutCommonWord += 1 }
    }
    // (2/3)² of queries on average.
    #expect((60...120).contains(withoutCommonWord))
  }

  @Test func `λ grows with the square of the step and then stays`() {
    let penalty = SparsityPenalty(weight: 2, ramp: 10, fewestWords: nil)
    #expect([0, 5, 10, 20].map(penalty.weight(at:)) == [0, 0.5, 2, 2])
  }
}
