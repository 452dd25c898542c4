import LinearAlgebra

/// The sections of a documentation, each asked for by its own heading.
///
/// A document is the text of a section without its heading, cut after ``documentLength`` known words. A query is a heading
/// of at least two known words that no other section has; what answers it is its own section. So finding is hard where
/// the text says the same in other words. Words are runs of letters, digits and underscores from a letter on, at least two
/// of them, in lower case; the known ones are those that are in most sections.
struct DocumentationCorpus: RetrievalCorpus {
  let vocabulary: Int
  var closing: Int32 { Int32(vocabulary - 1) }
  let documentLength: Int

  private let sections: [[Int32]]
  /// Sections with a query; the first are asked for in the examination and are not learnt from.
  private var pairs: [(section: Int, query: [Int32])]
  private let asked: Int
  private let batchSize: Int
  private var generator = SplitMix64(seed: 0)

  /// Reads the sections.
  /// - Parameters:
  ///   - corpus: The folder.
  ///   - words: The most words of the vocabulary.
  ///   - longest: The most words of a document.
  ///   - asked: How many headings are kept for the examination; half of them at most.
  ///   - batch: How many sections a batch has.
  /// - Throws: ``SystemError/tooFewSections(path:found:needed:)``.
  init(
    _ corpus: CorpusFolder, words: Int, longest: Int, asked: Int, batch: Int
  ) throws(SystemError) {
    let all = corpus.texts.flatMap { TextSection.sections(of: $0) }
    let known = Self.mostFrequent(words, in: all)
    documentLength = longest
    batchSize = batch
    vocabulary = known.count + 1
    var (sections, pairs) = ([[Int32]](), [(section: Int, query: [Int32])]())
    let headings = Dictionary(grouping: all, by: \.heading).mapValues(\.count)
    for section in all {
      let body = section.words.lazy.compactMap { known[$0] }.prefix(longest)
      guard body.count >= Self.shortest else { continue }
      let query = Set(section.heading.compactMap { known[$0] }).sorted()
      if query.count >= 2, headings[section.heading] == 1 { pairs.append((sections.count, query)) }
      sections.append(Array(body))
    }
    self.asked = min(asked, pairs.count / 2)
    guard self.asked > 0, pairs.count - self.asked >= batch else {
      throw .tooFewSections(path: corpus.path, found: pairs.count, needed: 2 * batch)
    }
    self.sections = sections
    self.pairs = pairs
  }

  /// The same sections, divided and drawn from a seed.
  func drawn(by seed: UInt64) -> DocumentationCorpus {
    var result = self
    result.generator = SplitMix64(seed: seed)
    result.pairs.shuffle(using: &result.generator)
    return result
  }

  /// Sections with fewer known words are left out.
  private static let shortest = 8

  /// The words that most sections have, with their numbers; of equal ones the first in the alphabet.
  private static func mostFrequent(_ count: Int, in sections: [TextSection]) -> [Substring: Int32] {
    var sectionsWith = [Substring: Int]()
    for section in sections {
      for word in Set(section.words) { sectionsWith[word, default: 0] += 1 }
    }
    let sorted = sectionsWith.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return Dictionary(
      uniqueKeysWithValues: sorted.prefix(count).enumerated().map { ($1.key, Int32($0)) })
  }

  mutating func texts(of count: Int) -> [[Int32]] {
    (0..<count).map { _ in sections[generator.nextIndex(below: sections.count)] }
  }

  mutating func counted() -> [[Int32]] { sections }

  mutating func batch() -> RetrievalBatch {
    let drawn = pairs.dropFirst(asked).shuffled(using: &generator).prefix(batchSize)
    return RetrievalBatch(
      documents: drawn.map { sections[$0.section] }, queries: drawn.map(\.query),
      answers: drawn.indices.map { [$0 - drawn.startIndex] })
  }

  mutating func examination() -> RetrievalBatch {
    let drawn = pairs.prefix(asked)
    return RetrievalBatch(
      documents: sections, queries: drawn.map(\.query), answers: drawn.map { [$0.section] })
  }
}
