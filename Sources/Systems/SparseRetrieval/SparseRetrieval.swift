import Adapters
import LinearAlgebra
package import Studies
import Training

/// Retrieval by words that a model chose for documents beforehand, with queries that are looked up: nothing of a model
/// runs when a query is asked.
package struct SparseRetrieval: ResearchSystem {
  package static let description = SystemDescription(
    name: "sparse-retrieval", title: "Inference-free learned sparse retrieval",
    paper:
      "Nardini et al., Effective inference-free retrieval for learned sparse representations, 2025, arXiv 2505.01452",
    summary: "documents as weights of words in an inverted index; queries are looked up in a table",
    arms: [
      .init("learned-table", "the table of queries is learnt; FLOPS with the mask"),
      .init("idf", "the table holds inverse document frequencies"),
      .init("query-model", "the model encodes queries too"),
      .init("no-mask", "as learned-table, but every document pays for its words"),
      .init("lora", "as learned-table, by LoRA"),
      .init("pissa", "as learned-table, by LoRA from PiSSA's start"),
      .init("lexical", "the words of the document themselves; nothing is trained"),
    ],
    measures: [
      .init(
        "ndcg", "nDCG of the first ten documents", unit: "1", in: .share, over: "λ",
        axisScale: .logarithmic),
      .init(
        "mrr", "reciprocal rank in the first ten documents", unit: "1", in: .share, over: "λ",
        axisScale: .logarithmic),
      .init(
        "words", "words that represent a document", unit: "words", in: .size, over: "λ",
        axisScale: .logarithmic, scale: .logarithmic),
      .init(
        "postings", "entries of the index that a query reads", unit: "entries", in: .size,
        over: "λ",
        axisScale: .logarithmic, scale: .logarithmic),
    ])

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

  private let size: SystemSize
  private let corpusBase: CorpusBase
  private var steps: Int { size == .quick ? 100 : 400 }
  /// λ of the penalty.
  private var penalties: [Double] { size == .quick ? [1e-3, 1e-1] : [1e-3, 1e-1, 1] }

  package init(size: SystemSize) {
    self.size = size
    // One seed for all arms and seeds.
    corpusBase = CorpusBase(steps: size == .quick ? 100 : 300, seed: 1)
  }

  package static func cost(of arm: String) -> Double {
    switch arm {
    case "lexical": 0.05
    case "query-model": 2
    default: 1
    }
  }

  package func run(_ unit: inout SystemUnit, on bench: SystemBench) throws {
    let seed = UInt64(unit.seed)
    guard unit.arm != "lexical" else {
      let result = RetrievalTrial.lexical(seed: seed)
      for penalty in penalties { note(result, at: penalty, in: &unit) }
      return
    }
    let base = try corpusBase.model()
    let tokenizer = try CorpusBase.tokenizer()
    try bench.write(base, step: 0, tokenizer)
    for penalty in penalties {
      let trial = RetrievalTrial(
        queries: queries(of: unit.arm),
        penalty: SparsityPenalty(
          weight: penalty, ramp: steps / 2, fewestWords: unit.arm == "no-mask" ? nil : 24),
        steps: steps, rate: adapter(of: unit.arm).rate, seed: seed)
      let policy = try Policy(
        base: base, choice: AdapterChoice(parsing: adapter(of: unit.arm).key),
        options: AdapterOptions(rank: 8, alpha: 16), targets: TargetModules(), seed: seed)
      let encoder = SparseEncoder(policy, isTwiceLogarithmic: unit.arm != "no-mask")
      note(try trial.run(encoder), at: penalty, in: &unit)
      if penalty == penalties[0] {
        try bench.write(
          policy, step: steps, base: bench.path(ofCheckpoint: 0), tokenizer: tokenizer)
      }
    }
  }

  private func queries(of arm: String) -> RetrievalTrial.Queries {
    switch arm {
    case "idf": .inverseDocumentFrequency
    case "query-model": .model
    default: .learnedTable
    }
  }

  private func adapter(of arm: String) -> (key: String, rate: Double) {
    switch arm {
    case "lora": ("lora", 1e-2)
    case "pissa": ("pissa", 3e-3)
    default: ("full", 2e-3)
    }
  }

  private func note(_ result: RetrievalTrial.Result, at penalty: Double, in unit: inout SystemUnit)
  {
    unit.note("ndcg", at: penalty, result.gain)
    unit.note("mrr", at: penalty, result.reciprocalRank)
    unit.note("words", at: penalty, result.words)
    unit.note("postings", at: penalty, result.postings)
  }
}
