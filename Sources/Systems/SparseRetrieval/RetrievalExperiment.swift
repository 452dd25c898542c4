import Adapters
import LinearAlgebra
import Studies
import Training

/// What the systems of sparse retrieval share: arms, measures, and a unit's work on a corpus.
struct RetrievalExperiment {
  static let arms: [SystemDescription.Arm] = [
    .init("learned-table", "the table of queries is learnt; FLOPS with the mask"),
    .init("idf", "the table holds inverse document frequencies"),
    .init("query-model", "the model encodes queries too"),
    .init("no-mask", "as learned-table, but every document pays for its words"),
    .init("lora", "as learned-table, by LoRA"),
    .init("pissa", "as learned-table, by LoRA from PiSSA's start"),
    .init("lexical", "the words of the document themselves; nothing is trained"),
  ]

  static let measures: [SystemDescription.Measure] = [
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
  ]

  static func cost(of arm: String) -> Double {
    switch arm {
    case "lexical": 0.05
    case "query-model": 2
    default: 1
    }
  }

  let steps: Int
  /// λ of the penalty.
  let penalties: [Double]
  /// Documents with fewer words pay nothing.
  let fewestWords: Int

  /// Trains at each λ and searches.
  func run(
    _ unit: inout SystemUnit, on bench: SystemBench, _ corpus: some RetrievalCorpus,
    base: CorpusBase, learningFrom texts: some RetrievalCorpus
  ) throws {
    guard unit.arm != "lexical" else {
      let result = RetrievalTrial.lexical(corpus)
      for penalty in penalties { note(result, at: penalty, in: &unit) }
      return
    }
    let model = try base.model(of: texts)
    let tokenizer = try CorpusBase.tokenizer(of: corpus)
    try bench.write(model, step: 0, tokenizer)
    for penalty in penalties {
      let trial = RetrievalTrial(
        queries: queries(of: unit.arm),
        penalty: SparsityPenalty(
          weight: penalty, ramp: steps / 2,
          fewestWords: unit.arm == "no-mask" ? nil : fewestWords),
        steps: steps, rate: adapter(of: unit.arm).rate)
      let policy = try Policy(
        base: model, choice: AdapterChoice(parsing: adapter(of: unit.arm).key),
        options: AdapterOptions(rank: 8, alpha: 16), targets: TargetModules(),
        seed: UInt64(unit.seed))
      let encoder = SparseEncoder(
        policy, of: corpus, isTwiceLogarithmic: unit.arm != "no-mask")
      note(try trial.run(encoder, on: corpus), at: penalty, in: &unit)
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
    unit.time("a query by the index", at: penalty, result.time.index)
    unit.time("a query by every document", at: penalty, result.time.everyDocument)
  }
}
