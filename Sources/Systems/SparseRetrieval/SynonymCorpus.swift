import LinearAlgebra

/// Documents and queries over a small vocabulary in which every concept has several words.
///
/// A document is about a few concepts, which mostly come from one topic. It names each by one of the concept's words,
/// among words that every document has. A query asks for some concepts of a document, by words of its own choice. So
/// the words of a query and of its document often differ, and a document is found only if its representation holds the
/// synonyms.
package struct SynonymCorpus {
  package static let topics = 6, conceptsPerTopic = 10, synonyms = 3, fillers = 20
  package static let conceptsPerDocument = 5, mentions = 2, fillersPerDocument = 6,
    conceptsPerQuery = 2
  package static let concepts = topics * conceptsPerTopic
  /// The words of concepts, those that every document has, and one that closes a sequence.
  package static let vocabulary = concepts * synonyms + fillers + 1
  package static let documentLength = conceptsPerDocument * mentions + fillersPerDocument
  package static let closing = Int32(vocabulary - 1)

  package struct Document {
    package let concepts: Set<Int>
    package let words: [Int32]
  }

  package struct Query {
    package let concepts: Set<Int>
    package let words: [Int32]
  }

  private var generator: SplitMix64

  package init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// The word of a concept that is its n-th name.
  package static func word(_ concept: Int, _ name: Int) -> Int32 {
    Int32(concept * synonyms + name)
  }

  /// A document of a topic, or of any.
  package mutating func document(about topic: Int? = nil) -> Document {
    let topic = topic ?? self.topic()
    var concepts = Set<Int>()
    while concepts.count < Self.conceptsPerDocument {
      // One concept in five is of any topic.
      let isOwn = generator.nextUniform() < 0.8
      let other = isOwn ? topic : generator.nextIndex(below: Self.topics)
      concepts.insert(
        other * Self.conceptsPerTopic + generator.nextIndex(below: Self.conceptsPerTopic))
    }
    var words = concepts.sorted().flatMap { concept in
      let name = generator.nextIndex(below: Self.synonyms)
      return Array(repeating: Self.word(concept, name), count: Self.mentions)
    }
    words += (0..<Self.fillersPerDocument).map { _ in filler() }
    words.shuffle(using: &generator)
    return Document(concepts: concepts, words: words)
  }

  package mutating func topic() -> Int { generator.nextIndex(below: Self.topics) }

  /// A query for some concepts of a document, and one word that says nothing.
  package mutating func query(for document: Document) -> Query {
    let concepts = document.concepts.sorted().shuffled(using: &generator)
      .prefix(Self.conceptsPerQuery)
    let words = concepts.map { Self.word($0, generator.nextIndex(below: Self.synonyms)) }
    return Query(concepts: Set(concepts), words: words + [filler()])
  }

  private mutating func filler() -> Int32 {
    Int32(Self.concepts * Self.synonyms + generator.nextIndex(below: Self.fillers))
  }
}

extension SynonymCorpus.Document {
  /// Whether it is about all that a query asks for.
  package func answers(_ query: SynonymCorpus.Query) -> Bool {
    concepts.isSuperset(of: query.concepts)
  }
}

extension SynonymCorpus: RetrievalCorpus {
  var vocabulary: Int { Self.vocabulary }
  var closing: Int32 { Self.closing }
  var documentLength: Int { Self.documentLength }

  private static let searched = 1000, asked = 300
  private static let batch = 32
  /// Few, since documents that are alike teach more than others.
  private static let topicsPerBatch = 2

  mutating func texts(of count: Int) -> [[Int32]] { (0..<count).map { _ in document().words } }

  mutating func counted() -> [[Int32]] { texts(of: Self.searched) }

  mutating func batch() -> RetrievalBatch {
    let topics = (0..<Self.topicsPerBatch).map { _ in topic() }
    let documents = (0..<Self.batch).map { document(about: topics[$0 % topics.count]) }
    return Self.batch(documents, documents.map { query(for: $0) })
  }

  mutating func examination() -> RetrievalBatch {
    let documents = (0..<Self.searched).map { _ in document() }
    return Self.batch(documents, (0..<Self.asked).map { query(for: documents[$0]) })
  }

  private static func batch(_ documents: [Document], _ queries: [Query]) -> RetrievalBatch {
    RetrievalBatch(
      documents: documents.map(\.words), queries: queries.map(\.words),
      answers: queries.map { query in
        Set(documents.indices.filter { documents[$0].answers(query) })
      })
  }
}
