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
  let lanes: Lanes
  let states: [LaneState<Element>]
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
    // The first token is drawn from what the prompt was read with.
    let rows = seeds.reduce(0) { $0 + $1.count } * max(options.maximumLength - 1, 0)
    let weights = (weights ?? policy.weights).packing(
      policy.base.layout, rows: rows / lanes.count)
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
    divide(sequences, keys ?? MaskKeys.separate(sequences.count), dropoutSeed: dropoutSeed)
    return read(policy.weights)
  }

  /// What the base says about sequences: the reference policy of every adapter.
  package func readReference(_ sequences: [Sequence], temperature: Double = 1) -> [Reading] {
    inverseTemperature = 1 / temperature
    divide(sequences, MaskKeys.separate(sequences.count), dropoutSeed: nil)
    return read(policy.base.weights)
  }

  /// Gives each lane its share of what is read next.
  func divide(_ sequences: [Sequence], _ keys: [MaskKeys], dropoutSeed: UInt64?) {
    precondition(sequences.count == keys.count, "each sequence has its keys")
    self.dropoutSeed = dropoutSeed
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
    backward(into: gradients) { state, _, sequences, dropout in
      state.pass.backward(
        weights: policy.weights, gradients: state.gradients, inverseTemperature: inverseTemperature,
        tokenWeights: tokenWeights[sequences].flatMap { $0 },
        entropyWeights: entropyWeights[sequences].flatMap { $0 }, dropout: dropout)
    }
  }

  /// The gradient of what was read last, part by part and lane by lane.
  /// - Parameters:
  ///   - gradients: In the order of ``Policy/trained``; overwritten.
  ///   - head: The backward pass of one part: the lane, the number of the part, and which sequences it holds. It adds to
  ///     the gradients of the lane.
  func backward(
    into gradients: [MatrixView<Element>],
    head: (LaneState<Element>, Int, Range<Int>, DropoutPlan<Element>?) -> Void
  ) {
    lanes.forEach { lane in
      let state = states[lane]
      var sequence = states[..<lane].reduce(0) { $0 + $1.sequenceCount }
      state.clear()
      let plan = plan(dropoutSeed, lane)
      for part in state.parts.indices {
        // With a single part, the activations are still there.
        if state.parts.count > 1 { state.forward(part, policy.weights, plan) }
        let range = sequence..<sequence + state.parts[part].completionLengths.count
        head(state, part, range, plan)
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
