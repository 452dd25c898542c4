package import Studies

/// Retrieval by words that a model chose for documents beforehand, with queries that are looked up: nothing of a model
/// runs when a query is asked.
package struct SparseRetrieval: ResearchSystem {
  package static let description = SystemDescription(
    name: "sparse-retrieval", title: "Inference-free learned sparse retrieval",
    paper:
      "Nardini et al., Effective inference-free retrieval for learned sparse representations, 2025, arXiv 2505.01452",
    summary: "documents as weights of words in an inverted index; queries are looked up in a table",
    arms: RetrievalExperiment.arms, measures: RetrievalExperiment.measures)

  package static let claims = [
    SystemClaim(
      "A learnt table of queries finds more than inverse document frequencies.",
      reported: "+1 MRR@10 on MS MARCO and +1.8 nDCG@10 on BEIR over SPLADE-v3-Doc",
      .difference("ndcg", .first, of: "learned-table", less: "idf", is: .above(0))),
    SystemClaim(
      "Without inference, queries find as much as with the model, within .02 of nDCG.",
      reported: "nearly closes the gap to models that encode queries",
      .difference("ndcg", .first, of: "learned-table", less: "query-model", is: .within(0.02))),
    SystemClaim(
      "Expansion pays: words that the model adds find more than the document's own.",
      reported: "the reason of learned sparse retrieval since SPLADE",
      .difference("ndcg", .first, of: "learned-table", less: "lexical", is: .above(0))),
    SystemClaim(
      "The penalty makes documents sparser, and the ranking worse at its strongest.",
      reported: "FLOPS trades effectiveness for sparsity",
      .value("words", .rise, of: "learned-table", is: .below(0)),
      .value("ndcg", .rise, of: "learned-table", is: .below(0))),
    SystemClaim(
      "With the mask, strong penalties cost less of the ranking than without.",
      reported: "ℓ0 masks keep effectiveness at equal sparsity (arXiv 2504.14839)",
      .difference("ndcg", .last, of: "learned-table", less: "no-mask", is: .above(0))),
  ]

  package static let adaptsBase = false

  private let experiment: RetrievalExperiment
  private let base: CorpusBase

  package init(size: SystemSize) {
    experiment =
      size == .quick
      ? RetrievalExperiment(steps: 100, penalties: [1e-3, 1e-1], fewestWords: 24)
      : RetrievalExperiment(steps: 400, penalties: [1e-3, 1e-1, 1], fewestWords: 24)
    // One seed for all arms and seeds.
    base = CorpusBase(steps: size == .quick ? 100 : 300, seed: Self.baseSeed)
  }

  private static let baseSeed: UInt64 = 1

  package static func cost(of arm: String) -> Double { RetrievalExperiment.cost(of: arm) }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    try experiment.run(
      &unit, on: bench, SynonymCorpus(seed: UInt64(unit.seed)), base: base,
      learningFrom: SynonymCorpus(seed: Self.baseSeed))
  }
}
