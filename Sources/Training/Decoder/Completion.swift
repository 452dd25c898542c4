import LinearAlgebra

/// The answer of a policy to a prompt.
public struct Completion: Sendable, Equatable {
  /// The sampled tokens, with the end token if it was sampled.
  public var tokens: [Int32] = []
  /// Their log-probabilities under the distribution that they were drawn from; for greedy decoding,
  /// under temperature 1.
  public var logProbabilities: [Double] = []
  /// Whether the end token was sampled.
  public var isEnded = false

  public init() {}
}

/// How completions are sampled.
public struct SamplingOptions: Sendable, Equatable {
  /// 0 takes the most likely token each time (greedy decoding).
  public var temperature: Double
  /// The most tokens of a completion, the end token included.
  public var maximumLength: Int
  public var endToken: Int32

  public init(temperature: Double = 1, maximumLength: Int, endToken: Int32) {
    self.temperature = temperature
    self.maximumLength = maximumLength
    self.endToken = endToken
  }
}
