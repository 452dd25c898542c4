import Documents
import Foundation
import LinearAlgebra
import Studies
import Systems
import Testing

@Suite("Retrieval from a documentation") struct DocumentationRetrievalTests {
  private let scratch: SystemScratch

  init() throws { scratch = try SystemScratch() }

  private static func words(_ text: String) -> [Substring] {
    text.split(separator: " ").map { $0[...] }
  }

  @Test func `headings are underlined or begin with a number sign`() {
    let found = TextSection.sections(
      of: """
        Lost words
        Reading Files
        =============
        Use open() in a `with` block; x is too short.

        # Two_words 2nd
        all the rest 42
        ###
        --------
        not a heading: the mark alone
        Short
        --
        """)
    #expect(
      found == [
        TextSection(
          heading: Self.words("reading files"),
          words: Self.words("use open in with block is too short")),
        TextSection(
          heading: Self.words("two_words nd"),
          words: Self.words("all the rest not heading the mark alone short")),
      ])
  }

  @Test func `a line of marks above a heading is part of neither`() {
    let found = TextSection.sections(of: "*****\nTitle\n*****\nbody of it\n")
    #expect(found == [TextSection(heading: ["title"], words: Self.words("body of it"))])
  }

  /// Texts in which section i says its own words, and its heading two of them.
  private func write(sections: Int) throws {
    func word(_ number: Int) -> String {
      "word"
        + String(number).map { "abcdefghij".dropFirst(Int(String($0)) ?? 0).prefix(1) }.joined()
    }
    for section in 0..<sections {
      let own = (0..<6).map { word(6 * section + $0) }
      try scratch.write(
        "texts/\(section % 3)/\(section).rst",
        "\(own[0]) \(own[1])\n=================\n\(own.joined(separator: " ")) and the others of this text\n"
      )
    }
  }

  private func corpus() throws -> CorpusFolder {
    try CorpusFolder(path: "\(scratch.path)/texts")
  }

  @Test func `the texts of a folder are read in the order of their names`() throws {
    try scratch.write("texts/b.txt", "second")
    try scratch.write("texts/a/c.md", "first")
    try scratch.write("texts/picture.png", "not read")
    let read = try corpus()
    #expect(read.texts == ["first", "second"])
    let link = "\(scratch.path)/link"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "\(scratch.path)/texts")
    #expect(try CorpusFolder(path: link).hash == read.hash)
    try scratch.write("texts/b.txt", "third")
    #expect(try corpus().hash != read.hash)
  }

  @Test func `a folder without texts, or with too few sections, is refused in one line`() throws {
    try scratch.write("texts/picture.png", "not read")
    let path = "\(scratch.path)/texts"
    #expect(throws: SystemError.noTexts(path: path, endings: [".txt", ".rst", ".md"])) {
      try corpus()
    }
    try write(sections: 20)
    let error = SystemError.tooFewSections(path: path, found: 20, needed: 64)
    #expect(throws: error) { try DocumentationRetrieval.check(corpus()) }
    #expect("\(error)".hasSuffix("give more texts with --corpus"))
    try write(sections: 70)
    try DocumentationRetrieval.check(corpus())
    let nothing = "\(scratch.path)/nothing"
    #expect(throws: SystemError.noCorpus(path: nothing)) { try CorpusFolder(path: nothing) }
  }

  @Test
  func `the index of own words finds each section by its heading, and its time is kept apart`()
    async throws
  {
    try write(sections: 80)
    let folder = SystemFolder(path: "\(scratch.path)/out")
    let runner = SystemRunner(
      OnlyLexical.self, size: .quick, seeds: [0], base: try SystemScratch.base(),
      corpus: try corpus(), folder: folder, jobs: 1, version: "test")
    let found = try await runner.run(resuming: false) { _ in }
    let gains = found.filter { $0.measure == "ndcg" }
    #expect(gains.count == 2)
    for gain in gains { #expect(abs(gain.value - 1) < 1e-12) }
    let times = try folder.times(of: SystemUnit(arm: "lexical", seed: 0).name)
    #expect(Set(times.map(\.what)) == ["a query by the index", "a query by every document"])
    for time in times { #expect(time.seconds > 0) }
    try scratch.write("texts/0/0.rst", "another text\n============\n")
    let other = SystemRunner(
      OnlyLexical.self, size: .quick, seeds: [0], base: try SystemScratch.base(),
      corpus: try corpus(), folder: folder, jobs: 1, version: "test")
    await #expect(throws: SystemError.otherSettings(path: folder.path)) {
      try await other.run(resuming: true) { _ in }
    }
  }

  /// The system with the one arm that trains nothing.
  struct OnlyLexical: ResearchSystem {
    static let description = {
      var description = DocumentationRetrieval.description
      description.arms = description.arms.filter { $0.name == "lexical" }
      return description
    }()
    static let claims = DocumentationRetrieval.claims
    static let adaptsBase = false
    static let readsCorpus = true
    private let system: DocumentationRetrieval
    init(size: SystemSize) { system = DocumentationRetrieval(size: size) }
    func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
      try system.run(&unit, on: bench)
    }
  }
}
