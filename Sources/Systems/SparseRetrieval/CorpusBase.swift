import LinearAlgebra
import Training

/// A small decoder that has read documents of the corpus, word by word: it knows which words go together.
///
/// A class, because it is trained once, when the first of a worker's units asks for it.
final class CorpusBase {
  static let configuration = DecoderConfiguration(
    vocabularySize: SynonymCorpus.vocabulary + 1, width: 64, layers: 2, heads: 4,
    feedForwardWidth: 176, ropeBase: 1000, maximumPositions: SynonymCorpus.documentLength + 2)

  private let steps: Int
  private let seed: UInt64
  private var trained: DecoderModel<Float>?

  /// - Parameters:
  ///   - steps: Batches of 64 documents.
  ///   - seed: Of the start and of the documents.
  init(steps: Int, seed: UInt64) {
    self.steps = steps
    self.seed = seed
  }

  /// The model, which nobody may change.
  /// - Throws: What training throws; `CancellationError`.
  func model() throws -> DecoderModel<Float> {
    if let trained { return trained }
    let model = try pretrained()
    trained = model
    return model
  }

  private func pretrained() throws -> DecoderModel<Float> {
    var generator = SplitMix64(seed: seed)
    let model = DecoderModel<Float>(
      drawing: Self.configuration, standardDeviation: 0.05, using: &generator)
    let policy = try SupervisedPolicy.full(
      on: model, seed: seed, positions: SynonymCorpus.documentLength + 1)
    let optimizer = AdamW(policy.parameters, AdamWOptions(beta2: 0.98))
    var corpus = SynonymCorpus(seed: seed)
    for _ in 0..<steps {
      try Task.checkCancellation()
      let texts = (0..<64).map { _ in corpus.document().words }
      try policy.step(
        on: texts.map { ([$0[0]], Array($0.dropFirst())) }, optimizer, rate: 3e-3)
    }
    return DecoderModel(configuration: Self.configuration, weights: policy.policy.weights)
  }

  /// A character for each word, so that the base can be written as a folder that other programs read.
  static func tokenizer() throws -> WordTokenizer {
    try WordTokenizer(
      alphabet: (0..<SynonymCorpus.vocabulary - 1).compactMap { word in
        Unicode.Scalar(0x4E00 + UInt32(word)).map(Character.init)
      })
  }
}
