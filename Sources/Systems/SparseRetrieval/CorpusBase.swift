import LinearAlgebra
import Training

/// A small decoder that has read documents of a corpus, word by word: it knows which words go together.
///
/// A class, because it is trained once, when the first of a worker's units asks for it.
final class CorpusBase {
  private let steps: Int
  private let seed: UInt64
  private var trained: DecoderModel<Float>?

  /// - Parameters:
  ///   - steps: Batches of 64 documents.
  ///   - seed: Of the start.
  init(steps: Int, seed: UInt64) {
    self.steps = steps
    self.seed = seed
  }

  /// The model, which nobody may change.
  /// - Parameter corpus: Gives the documents; always the same.
  /// - Throws: What training throws; `CancellationError`.
  func model(of corpus: some RetrievalCorpus) throws -> DecoderModel<Float> {
    if let trained { return trained }
    let model = try pretrained(on: corpus)
    trained = model
    return model
  }

  private func pretrained(on corpus: some RetrievalCorpus) throws -> DecoderModel<Float> {
    var (generator, corpus) = (SplitMix64(seed: seed), corpus)
    let model = DecoderModel<Float>(
      drawing: Self.configuration(of: corpus), standardDeviation: 0.05, using: &generator)
    let policy = try SupervisedPolicy.full(
      on: model, seed: seed, positions: corpus.documentLength + 1)
    let optimizer = AdamW(policy.parameters, AdamWOptions(beta2: 0.98))
    for _ in 0..<steps {
      try Task.checkCancellation()
      try policy.step(
        on: corpus.texts(of: 64).map { ([$0[0]], Array($0.dropFirst())) }, optimizer, rate: 3e-3)
    }
    return DecoderModel(configuration: model.configuration, weights: policy.policy.weights)
  }

  static func configuration(of corpus: some RetrievalCorpus) -> DecoderConfiguration {
    DecoderConfiguration(
      vocabularySize: corpus.vocabulary + 1, width: 64, layers: 2, heads: 4,
      feedForwardWidth: 176, ropeBase: 1000, maximumPositions: corpus.documentLength + 2)
  }

  /// A character for each word, so that the base can be written as a folder that other programs read.
  static func tokenizer(of corpus: some RetrievalCorpus) throws -> WordTokenizer {
    try WordTokenizer(
      alphabet: (0..<corpus.vocabulary - 1).compactMap { word in
        Unicode.Scalar(0x4E00 + UInt32(word)).map(Character.init)
      })
  }
}
