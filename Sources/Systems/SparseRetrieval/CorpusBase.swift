import Adapters
import LinearAlgebra
import Training

/// A small decoder that has read documents of the corpus, word by word: it knows which words go together.
enum CorpusBase {
  static let configuration = DecoderConfiguration(
    vocabularySize: SynonymCorpus.vocabulary + 1, width: 64, layers: 2, heads: 4,
    feedForwardWidth: 176, ropeBase: 1000, maximumPositions: SynonymCorpus.documentLength + 2)

  /// - Parameters:
  ///   - steps: Batches of 64 documents.
  ///   - seed: Of the start and of the documents.
  static func pretrained(steps: Int, seed: UInt64) throws -> DecoderModel<Float> {
    var generator = SplitMix64(seed: seed)
    let model = DecoderModel<Float>(
      drawing: configuration, standardDeviation: 0.05, using: &generator)
    let policy = try Policy(
      base: model, choice: AdapterChoice(parsing: "full"), options: AdapterOptions(),
      targets: TargetModules(), seed: seed)
    let learner = Learner(
      policy, positions: SynonymCorpus.documentLength + 1, lanes: 1, threads: 1)
    let gradients = policy.trained.map {
      MatrixView<Float>(rows: $0.values.rows, columns: $0.values.columns)
    }
    let optimizer = AdamW(policy.trained, AdamWOptions(beta2: 0.98))
    var corpus = SynonymCorpus(seed: seed)
    for _ in 0..<steps {
      try Task.checkCancellation()
      let texts = (0..<64).map { _ in corpus.document().words }
      let readings = learner.read(texts.map { ([$0[0]], Array($0.dropFirst())) })
      let count = Double(readings.reduce(0) { $0 + $1.logProbabilities.count })
      learner.gradient(
        tokenWeights: readings.map { $0.logProbabilities.map { _ in -1 / count } },
        entropyWeights: readings.map { $0.logProbabilities.map { _ in 0 } }, into: gradients)
      _ = GradientClipping.clip(gradients, to: 1)
      optimizer.step(gradients: gradients, rate: 3e-3)
      policy.refresh()
    }
    return DecoderModel(configuration: configuration, weights: policy.weights)
  }

  /// A character for each word, so that the base can be written as a folder that other programs read.
  static func tokenizer() throws -> WordTokenizer {
    try WordTokenizer(
      alphabet: (0..<SynonymCorpus.vocabulary - 1).compactMap { word in
        Unicode.Scalar(0x4E00 + UInt32(word)).map(Character.init)
      })
  }
}
