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

/// Keys and values of the tokens that have been read, for each layer and sequence.
struct KeyValueCache<Element: KernelScalar> {
  let sequences: Int
  let positions: Int
  private let width: Int
  private let keyStorage: [Storage<Element>]
  private let valueStorage: [Storage<Element>]

  init(_ configuration: DecoderConfiguration, sequences: Int, positions: Int) {
    self.sequences = sequences
    self.positions = positions
    width = configuration.keyValueWidth
    let count = sequences * positions * width
    keyStorage = (0..<configuration.layers).map { _ in Storage(count: count) }
    valueStorage = (0..<configuration.layers).map { _ in Storage(count: count) }
  }

  /// positions × KD of one sequence.
  func keys(layer: Int, sequence: Int) -> MatrixView<Element> {
    keyStorage[layer].view(at: sequence * positions * width, rows: positions, columns: width)
  }

  /// positions × KD of one sequence.
  func values(layer: Int, sequence: Int) -> MatrixView<Element> {
    valueStorage[layer].view(at: sequence * positions * width, rows: positions, columns: width)
  }
}
