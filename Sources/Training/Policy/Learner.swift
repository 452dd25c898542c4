import Adapters
package import LinearAlgebra

/// Runs a policy forward and backward over many sequences, in parallel lanes.
///
/// The sequences are divided among a fixed number of lanes, each with its own activations and gradients.
/// The gradients are summed in the order of the lanes, so the result does not depend on the number of threads.
/// If a lane has more tokens than its limit, it reads its sequences in parts, and each part once more for the
/// backward pass: this bounds the memory.
package final class Learner<Element: KernelScalar> {
  /// A prompt and its answer.
  package typealias Sequence = (prompt: [Int32], completion: [Int32])

  /// What the policy says about the tokens of one completion.
  package struct Reading: Sendable, Equatable {
    package var logProbabilities: [Double]
    /// Of the distributions that the tokens were predicted with, in nats.
    package var entropies: [Double]
  }

  package let policy: Policy<Element>
  /// The longest sequence that is expected.
  let positions: Int
  private let lanes: Lanes
  private let states: [LaneState<Element>]
  private let tokenLimit: Int
  private var inverseTemperature = 1.0
  private var dropoutSeed: UInt64?

  /// - Parameters:
  ///   - policy: The policy to train.
  ///   - positions: The longest sequence that is expected.
  ///   - lanes: The number of parts that work is divided into; results depend on it.
  ///   - threads: How many lanes run in parallel; results do not depend on it.
  ///   - tokenLimit: The most tokens whose activations a lane keeps.
  package init(
    _ policy: Policy<Element>, positions: Int, lanes: Int, threads: Int, tokenLimit: Int = 16_384
  ) {
    self.policy = policy
    self.positions = positions
    self.lanes = Lanes(count: lanes, threads: threads)
    self.tokenLimit = tokenLimit
    states = (0..<lanes).map { _ in LaneState(policy, positions: positions) }
  }

  /// Samples completions of prompts; see
  /// ``DecoderPass/sample(prompts:seeds:weights:options:dropout:keys:)``.
  /// - Parameters:
  ///   - prompts: None is empty.
  ///   - seeds: For each prompt, one seed for each of its completions.
  ///   - options: Temperature, length, end token.
  ///   - dropoutSeed: The seed of the masks; nil samples without dropout. With the same seed and keys,
  ///     ``read(_:temperature:dropoutSeed:keys:)`` sees the policy that sampled.
  ///   - keys: Keys of the masks, one for each seed; nil to number prompts and completions in order.
  ///   - weights: Of another policy that answers in place of this one; nil for this one.
  package func sample(
    prompts: [[Int32]], seeds: [[UInt64]], options: SamplingOptions, dropoutSeed: UInt64? = nil,
    keys: [[MaskKeys]]? = nil, weights: TensorSet<Element>? = nil
  ) -> [[Completion]] {
    let keys = keys ?? MaskKeys.groups(seeds.map(\.count))
    let weights = weights ?? policy.weights
    lanes.forEach { lane in
      let share = lanes.share(lane, of: prompts.count)
      states[lane].completions = states[lane].pass.sample(
        prompts: Array(prompts[share]), seeds: Array(seeds[share]), weights: weights,
        options: options, dropout: plan(dropoutSeed, lane), keys: Array(keys[share]))
    }
    return states.flatMap(\.completions)
  }

  /// What the policy says about sequences; keeps what the backward pass needs.
  /// - Parameters:
  ///   - sequences: Prompts and completions.
  ///   - temperature: Logits are divided by it.
  ///   - dropoutSeed: The seed of the masks; nil reads without dropout.
  ///   - keys: Keys of the masks, one per sequence; nil if the sequences share no prompts.
  package func read(
    _ sequences: [Sequence], temperature: Double = 1, dropoutSeed: UInt64? = nil,
    keys: [MaskKeys]? = nil
  ) -> [Reading] {
    inverseTemperature = 1 / temperature
    self.dropoutSeed = dropoutSeed
    divide(sequences, keys ?? MaskKeys.separate(sequences.count))
    return read(policy.weights)
  }

  /// What the base says about sequences: the reference policy of every adapter.
  package func readReference(_ sequences: [Sequence], temperature: Double = 1) -> [Reading] {
    inverseTemperature = 1 / temperature
    dropoutSeed = nil
    divide(sequences, MaskKeys.separate(sequences.count))
    return read(policy.base.weights)
  }

  private func divide(_ sequences: [Sequence], _ keys: [MaskKeys]) {
    precondition(sequences.count == keys.count, "each sequence has its keys")
    lanes.forEach { lane in
      let share = lanes.share(lane, of: sequences.count)
      states[lane].parts = LanePart.parts(sequences[share], keys[share], tokenLimit: tokenLimit)
    }
  }

  private func read(_ weights: TensorSet<Element>) -> [Reading] {
    lanes.forEach { lane in
      let state = states[lane]
      state.readings = []
      let plan = plan(dropoutSeed, lane)
      for part in state.parts.indices {
        state.forward(part, weights, plan)
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

  /// The gradient of a loss, given its derivatives with respect to the numbers that
  /// ``read(_:temperature:dropoutSeed:keys:)`` returned last.
  /// - Parameters:
  ///   - tokenWeights: ∂L/∂log p, for every token of every sequence.
  ///   - entropyWeights: ∂L/∂H, likewise.
  ///   - gradients: In the order of ``Policy/trained``; overwritten.
  package func gradient(
    tokenWeights: [[Double]], entropyWeights: [[Double]], into gradients: [MatrixView<Element>]
  ) {
    let weights = policy.weights
    lanes.forEach { lane in
      let state = states[lane]
      let first = states[..<lane].reduce(0) { $0 + $1.readings.count }
      state.clear()
      var sequence = first
      let plan = plan(dropoutSeed, lane)
      for part in state.parts.indices {
        // With a single part, the activations are still there.
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

  /// The dropout of a lane. Lanes differ in where gradients go, not in their masks.
  private func plan(_ dropoutSeed: UInt64?, _ lane: Int) -> DropoutPlan<Element>? {
    dropoutSeed.flatMap { policy.dropout(seed: $0, gradients: states[lane].dropoutGradients) }
  }
}

/// Sequences that a lane reads in one batch.
private struct LanePart {
  let batch: PackedBatch
  let completionLengths: [Int]

  /// Consecutive sequences in batches of bounded size.
  static func parts(
    _ sequences: ArraySlice<(prompt: [Int32], completion: [Int32])>, _ keys: ArraySlice<MaskKeys>,
    tokenLimit: Int
  ) -> [LanePart] {
    var result = [LanePart]()
    var batch = PackedBatch()
    var lengths = [Int]()
    for (sequence, keys) in zip(sequences, keys) {
      let length = sequence.prompt.count + sequence.completion.count
      if !lengths.isEmpty, batch.tokens.count + length > tokenLimit {
        result.append(.init(batch: batch, completionLengths: lengths))
        (batch, lengths) = (PackedBatch(), [])
      }
      batch.append(prompt: sequence.prompt, completion: sequence.completion, keys: keys)
      lengths.append(sequence.completion.count)
    }
    if !lengths.isEmpty { result.append(.init(batch: batch, completionLengths: lengths)) }
    return result
  }
}

/// The working memory of one lane.
private final class LaneState<Element: KernelScalar> {
  let pass: DecoderPass<Element>
  /// Gradients of the effective weights that are adapted.
  let gradients: TensorSet<Element>
  /// Gradients of the trained parameters through the dropout paths.
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
