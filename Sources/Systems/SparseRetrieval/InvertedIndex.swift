/// Documents by the words that represent them: a query reads only the lists of its own words.
package struct InvertedIndex {
  /// A document of a list, and the weight of the list's word in it.
  package struct Posting: Equatable {
    package let document: Int32
    package let weight: Float
  }

  /// For each word, its documents in ascending order.
  private var lists: [[Posting]]
  private(set) var documents = 0

  package init(vocabulary: Int) { lists = Array(repeating: [], count: vocabulary) }

  /// Adds a document. Its number is how many were added before.
  /// - Parameter weights: One per word; what is 0 is not kept.
  package mutating func add(_ weights: some Sequence<Float>) {
    for (word, weight) in weights.enumerated() where weight > 0 {
      lists[word].append(Posting(document: Int32(documents), weight: weight))
    }
    documents += 1
  }

  /// How many postings there are.
  package var postings: Int { lists.reduce(0) { $0 + $1.count } }

  /// How many postings a query reads.
  package func postings(of query: [SparseQuery.Term]) -> Int {
    query.reduce(0) { $0 + lists[$1.word].count }
  }

  /// The documents with the largest scores Σ_j q_j d_j, best first; of equal scores the one that was added first.
  /// Documents that share no word with the query are not found.
  /// - Parameter scores: As many zeros as documents; zeros again at the end. Lent, so that a query allocates little.
  package func search(_ query: [SparseQuery.Term], best count: Int, scores: inout [Float]) -> [Int]
  {
    var touched = [Int]()
    for term in query {
      for posting in lists[term.word] {
        let document = Int(posting.document)
        if scores[document] == 0 { touched.append(document) }
        scores[document] += term.weight * posting.weight
      }
    }
    let best = touched.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(count)
    for document in touched { scores[document] = 0 }
    return Array(best)
  }
}

/// A query as an index reads it.
package enum SparseQuery {
  package struct Term: Equatable {
    package let word: Int
    /// Above 0: a list of weight 0 need not be read.
    package let weight: Float

    package init(word: Int, weight: Float) {
      self.word = word
      self.weight = weight
    }
  }

  /// The words of a query with their weights in a table, each once.
  package static func terms(_ words: [Int32], table: [Float]) -> [Term] {
    Set(words).sorted().compactMap { word in
      table[Int(word)] > 0 ? Term(word: Int(word), weight: table[Int(word)]) : nil
    }
  }

  /// A representation that a model made of a query.
  package static func terms(_ weights: some Sequence<Float>) -> [Term] {
    weights.enumerated().compactMap { $1 > 0 ? Term(word: $0, weight: $1) : nil }
  }
}
