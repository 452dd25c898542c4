/// What a retriever learns from and is asked about. A value draws from its seed; the order of calls decides what is drawn.
protocol RetrievalCorpus {
  /// How many words there are, ``closing`` included.
  var vocabulary: Int { get }
  /// The word that ends a sequence.
  var closing: Int32 { get }
  /// The most words of a document.
  var documentLength: Int { get }

  /// Documents to learn a language model from.
  mutating func texts(of count: Int) -> [[Int32]]
  /// Documents whose words are counted for inverse document frequencies.
  mutating func counted() -> [[Int32]]
  /// Documents with a query for each, to learn from.
  mutating func batch() -> RetrievalBatch
  /// Documents to search, and queries that were not learnt from.
  mutating func examination() -> RetrievalBatch
}

/// Documents and queries, as words.
struct RetrievalBatch {
  let documents: [[Int32]]
  let queries: [[Int32]]
  /// For each query the documents that answer it.
  let answers: [Set<Int>]
}
