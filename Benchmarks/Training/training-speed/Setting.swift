import Adapters
import LinearAlgebra
import Training

/// The decoder and the amount of work, both those of the twin in `Benchmarks/python`.
struct Setting {
  static let layers = 2, headWidth = 16, vocabulary = 16, endToken: Int32 = 15
  static let prompts = 32, samples = 8, promptLength = 8, answerLength = 12
  static let sequences = prompts * samples, length = promptLength + answerLength

  let width: Int
  let threads: Int
  /// As many as `train` has if not told otherwise.
  let lanes = RunOptions().lanes

  /// Entries of all matrices that multiply, the embedding not among them.
  var matrixParameters: Int {
    Self.layers * (4 * width * width + 3 * width * (11 * width / 4)) + Self.vocabulary * width
  }

  /// A decoder with random weights and adapters beside its modules.
  /// - Parameter key: Of the method: `full` or `lora`.
  func policy(_ key: String) throws -> Policy<Float> {
    let configuration = DecoderConfiguration(
      vocabularySize: Self.vocabulary, width: width, layers: Self.layers,
      heads: width / Self.headWidth, feedForwardWidth: 11 * width / 4, ropeBase: 1000)
    var generator = SplitMix64(seed: 0)
    let base = DecoderModel<Float>(
      drawing: configuration, standardDeviation: 0.02, using: &generator)
    return try Policy(
      base: base, choice: AdapterChoice(parsing: key), options: AdapterOptions(rank: 8, alpha: 16),
      targets: TargetModules(), seed: 1)
  }

  func learner(of policy: Policy<Float>) -> Learner<Float> {
    Learner(policy, positions: Self.length, lanes: lanes, threads: threads)
  }
}
