import Adapters
public import LinearAlgebra

/// Runs a policy forward and backward over many sequences, in lanes that work at once.
///
/// The sequences are divided among a fixed number of lanes, each with its own activations and gradients,
/// which are summed in the lanes' order: the result does not depend on the number of threads. Sequences
/// beyond a lane's token limit are read in parts, each a second time for its backward pass, so that
/// memory is bounded by the limit.
public final class Learner<Element: KernelScalar> {
  /// A prompt and what was answered.
  public typealias Sequence = (prompt: [Int32], completion: [Int32])

  /// What the policy says about the tokens of one completion.
  public struct Reading: Sendable, Equatable {
    public var logProbabilities: [Double]
    /// Of the distributions that they were predicted with, nats.
    public var entropies: [Double]
  }

  public let policy: Policy<Element>
  /// The longest sequence that is expected.
  let positions: Int
  private let lanes: Lanes
  private let states: [LaneState<Element>]
  private let tokenLimit: Int
  private var inverseTemperature = 1.0
  private var dropoutSeed: UInt64?

  /// - Parameters:
  ///   - policy: What learns.
  ///   - positions: The longest sequence that is expected.
  ///   - lanes: Into how many parts work is divided; results depend on it.
  ///   - threads: How many lanes work at once; results do not depend on it.
  ///   - tokenLimit: The most tokens that a lane keeps activations of.
  public init(
    _ policy: Policy<Element>, positions: Int, lanes: Int, threads: Int, tokenLimit: Int = 16_384
  ) {
    self.policy = policy
    self.positions = positions
    self.lanes = Lanes(count: lanes, threads: threads)
    self.tokenLimit = tokenLimit
    states = (0..<lanes).map { _ in LaneState(policy, positions: positions) }
  }

  /// Draws completions of prompts; see ``DecoderPass/sample(prompts:seeds:weights:options:)``.
  public func sample(
    prompts: [[Int32]], seeds: [[UInt64]], options: SamplingOptions
  ) -> [[Completion]] {
    lanes.forEach { lane in
      let share = lanes.share(lane, of: prompts.count)
      states[lane].completions = states[lane].pass.sample(
        prompts: Array(prompts[share]), seeds: Array(seeds[share]), weights: policy.weights,
        options: options)
    }
    return states.flatMap(\.completions)
  }

  /// What the policy, or its base, says about sequences; keeps what the backward pass needs.
  /// - Parameters:
  ///   - sequences: Prompts and completions.
  ///   - temperature: Logits are divided by it.
  ///   - dropoutSeed: Of the masks; nil reads without dropout.
  public func read(
    _ sequences: [Sequence], temperature: Double = 1, dropoutSeed: UInt64? = nil
  ) -> [Reading] {
    inverseTemperature = 1 / temperature
    self.dropoutSeed = dropoutSeed
    divide(sequences)
    return read(policy.weights)
  }

  /// What the base says about sequences: the true reference of every adapter.
  public func readReference(_ sequences: [Sequence], temperature: Double = 1) -> [Reading] {
    inverseTemperature = 1 / temperature
    dropoutSeed = nil
    divide(sequences)
    return read(policy.base.weights)
  }

  private func divide(_ sequences: [Sequence]) {
    lanes.forEach { lane in
      states[lane].parts = Array(sequences[lanes.share(lane, of: sequences.count)])
        .batches(tokenLimit: tokenLimit)
    }
  }

  private func read(_ weights: TensorSet<Element>) -> [Reading] {
    lanes.forEach { lane in
      let state = states[lane]
      state.readings = []
      for part in state.parts.indices {
        state.forward(part, weights, dropout(of: lane, part))
        let found = state.pass.logProbabilities(
          weights: weights, inverseTemperature: inverseTemperature)
        var place = 0
        for count in state.parts[part].completionLengths {
          let range = place..<place + count
          state.readings.append(
            Reading(
              logProbabilities: Array(found.logProbabilities[range]),
              entropies: Array(found.entropies[range])))
          place += count
        }
      }
    }
    return states.flatMap(\.readings)
  }

  /// The gradient of a loss, given its derivatives by the numbers that ``read(_:temperature:dropoutSeed:)``
  /// returned last.
  /// - Parameters:
  ///   - tokenWeights: ∂L/∂log p, for every token of every sequence.
  ///   - entropyWeights: ∂L/∂H, likewise.
  ///   - gradients: In the order of ``Policy/trained``; overwritten.
  public func gradient(
    tokenWeights: [[Double]], entropyWeights: [[Double]], into gradients: [MatrixView<Element>]
  ) {
    let weights = policy.weights
    lanes.forEach { lane in
      let state = states[lane]
      let first = states[..<lane].reduce(0) { $0 + $1.readings.count }
      state.clear()
      var sequence = first
      for part in state.parts.indices {
        let plan = dropout(of: lane, part)
        // With one part the activations are still there.
        if state.parts.count > 1 { state.forward(part, weights, plan) }
        let range = sequence..<sequence + state.parts[part].completionLengths.count
        state.pass.backward(
          weights: weights, gradients: state.gradients, inverseTemperature: inverseTemperature,
          tokenWeights: tokenWeights[range].flatMap { $0 },
          entropyWeights: entropyWeights[range].flatMap { $0 }, dropout: plan)
        sequence = range.upperBound
      }
    }
    for state in states.dropFirst() {
      for (sum, other) in zip(states[0].gradients.present, state.gradients.present) {
        sum.add(other)
      }
    }
    for gradient in gradients { gradient.fill(0) }
    policy.addParameterGradients(of: states[0].gradients, to: gradients)
    if dropoutSeed != nil {
      for state in states {
        for (sum, other) in zip(gradients, state.dropoutGradients) { sum.add(other) }
      }
    }
  }

  /// Each part of each lane has masks of its own.
  private func dropout(of lane: Int, _ part: Int) -> DropoutPlan<Element>? {
    guard let dropoutSeed else { return nil }
    let place = UInt64(lane) << 32 | UInt64(part)
    return policy.dropout(
      seed: dropoutSeed &+ (place &+ 1) &* 0x9FB2_1C65_1E98_DF25,
      gradients: states[lane].dropoutGradients)
  }
}

/// Sequences that a lane reads at once.
private struct LanePart {
  let batch: PackedBatch
  let completionLengths: [Int]
}

/// What one lane works with.
private final class LaneState<Element: KernelScalar> {
  let pass: DecoderPass<Element>
  /// Of the effective weights that are adapted.
  let gradients: TensorSet<Element>
  /// Of the trained parameters, through dropped inputs.
  let dropoutGradients: [MatrixView<Element>]
  var parts: [LanePart] = []
  var readings: [Learner<Element>.Reading] = []
  var completions: [[Completion]] = []

  init(_ policy: Policy<Element>, positions: Int) {
    pass = DecoderPass(policy.base.configuration, positions: positions)
    gradients = TensorSet(policy.base.layout) { policy.needsGradient($0) }
    dropoutGradients =
      policy.options.dropout > 0
      ? policy.trained.map { MatrixView(rows: $0.values.rows, columns: $0.values.columns) } : []
  }

  func forward(_ part: Int, _ weights: TensorSet<Element>, _ dropout: DropoutPlan<Element>?) {
    pass.forward(parts[part].batch, weights: weights, dropout: dropout)
  }

  func clear() {
    gradients.fill(0)
    for gradient in dropoutGradients { gradient.fill(0) }
  }
}

extension [(prompt: [Int32], completion: [Int32])] {
  /// Consecutive sequences in batches of bounded size.
  fileprivate func batches(tokenLimit: Int) -> [LanePart] {
    var result = [LanePart]()
    var batch = PackedBatch()
    var lengths = [Int]()
    for sequence in self {
      let length = sequence.prompt.count + sequence.completion.count
      if !lengths.isEmpty, batch.tokens.count + length > tokenLimit {
        result.append(.init(batch: batch, completionLengths: lengths))
        (batch, lengths) = (PackedBatch(), [])
      }
      batch.append(prompt: sequence.prompt, completion: sequence.completion)
      lengths.append(sequence.completion.count)
    }
    if !lengths.isEmpty { result.append(.init(batch: batch, completionLengths: lengths)) }
    return result
  }
}
