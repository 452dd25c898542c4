package import Studies

/// Sparse retrieval on a small real corpus: the sections of a documentation, asked for by their headings.
package struct DocumentationRetrieval: ResearchSystem {
  package static let description = SystemDescription(
    name: "documentation-retrieval", title: "Sparse retrieval from a documentation",
    paper: SparseRetrieval.description.paper,
    summary:
      "the same on texts that you give: sections of a documentation are found by their headings",
    arms: RetrievalExperiment.arms, measures: RetrievalExperiment.measures)

  package static let claims = SparseRetrieval.claims

  package static let adaptsBase = false
  package static let readsCorpus = true

  private let experiment: RetrievalExperiment
  private let base: CorpusBase
  private let size: SystemSize
  private static let baseSeed: UInt64 = 1

  package init(size: SystemSize) {
    self.size = size
    experiment =
      size == .quick
      ? RetrievalExperiment(steps: 20, penalties: [1e-3, 1e-1], fewestWords: 50)
      : RetrievalExperiment(steps: 250, penalties: [1e-3, 1e-2, 1e-1], fewestWords: 50)
    base = CorpusBase(steps: size == .quick ? 10 : 200, seed: Self.baseSeed)
  }

  package static func cost(of arm: String) -> Double { RetrievalExperiment.cost(of: arm) }

  package static func check(_ corpus: CorpusFolder) throws {
    for size in SystemSize.allCases { _ = try sections(of: corpus, size) }
  }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    guard let corpus = bench.corpus else {
      throw SystemError.needsCorpus(system: Self.name)
    }
    let sections = try Self.sections(of: corpus, size)
    try experiment.run(
      &unit, on: bench, sections.drawn(by: UInt64(unit.seed)), base: base,
      learningFrom: sections.drawn(by: Self.baseSeed))
  }

  private static func sections(
    of corpus: CorpusFolder, _ size: SystemSize
  ) throws -> DocumentationCorpus {
    try DocumentationCorpus(
      corpus, words: size == .quick ? 500 : 1000, longest: size == .quick ? 32 : 48,
      asked: size == .quick ? 100 : 400, batch: 32)
  }
}
