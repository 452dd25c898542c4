import LinearAlgebra
import Training

/// Draws answers to the same prompts, with new seeds each time.
final class SamplingJob {
  private let learner: Learner<Float>
  private let prompts: [[Int32]]
  private var generator = SplitMix64(seed: 2)

  init(_ setting: Setting) throws {
    learner = setting.learner(of: try setting.policy("full"))
    var generator = SplitMix64(seed: 3)
    prompts = (0..<Setting.prompts).map { _ in
      (0..<Setting.promptLength).map { _ in .random(in: 0..<Setting.endToken, using: &generator) }
    }
  }

  /// - Returns: The tokens drawn, the end tokens among them; prompts do not count.
  func run() -> Int {
    let seeds = prompts.map { _ in (0..<Setting.samples).map { _ in generator.next() } }
    let completions = learner.sample(
      prompts: prompts, seeds: seeds,
      options: SamplingOptions(
        maximumLength: Setting.answerLength, endToken: Setting.endToken))
    return completions.joined().reduce(0) { $0 + $1.tokens.count }
  }
}

/// A step of a policy gradient on the same answers: forward, backward, AdamW, effective weights.
final class TrainingJob {
  private let policy: Policy<Float>
  private let learner: Learner<Float>
  private let optimizer: any Optimizer<Float>
  private let gradients: [MatrixView<Float>]
  private let sequences: [Learner<Float>.Sequence]
  private let tokenWeights: [[Double]]
  private let entropyWeights: [[Double]]

  /// How many numbers train.
  var trainedParameters: Int { policy.trainedCount }

  /// - Parameters:
  ///   - setting: Width and threads.
  ///   - key: Of the method: `full` or `lora`.
  init(_ setting: Setting, _ key: String) throws {
    policy = try setting.policy(key)
    learner = setting.learner(of: policy)
    let trained = policy.trained
    // The decay of torch's AdamW, so that a step does the same.
    optimizer = AdamW(trained, AdamWOptions(decay: 0.01))
    gradients = trained.map { MatrixView(rows: $0.values.rows, columns: $0.values.columns) }
    var generator = SplitMix64(seed: 4)
    func tokens(_ count: Int) -> [Int32] {
      (0..<count).map { _ in .random(in: 0..<Int32(Setting.vocabulary), using: &generator) }
    }
    sequences = (0..<Setting.sequences).map { _ in
      (tokens(Setting.promptLength), tokens(Setting.answerLength))
    }
    // Minus the mean over all answers' tokens of advantage times log-probability.
    let count = Double(Setting.sequences * Setting.answerLength)
    tokenWeights = sequences.map { sequence in
      let advantage = generator.nextGaussian()
      return sequence.completion.map { _ in -advantage / count }
    }
    entropyWeights = sequences.map { $0.completion.map { _ in 0 } }
  }

  /// - Returns: The positions read: prompts count, the last token predicts nothing.
  func run() -> Int {
    _ = learner.read(sequences)
    learner.gradient(
      tokenWeights: tokenWeights, entropyWeights: entropyWeights, into: gradients)
    optimizer.step(gradients: gradients, rate: 1e-4)
    policy.refresh()
    return Setting.sequences * (Setting.length - 1)
  }
}
