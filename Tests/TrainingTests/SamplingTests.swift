import Foundation
import LinearAlgebra
import Testing
import Training

@Suite("Sampling") struct SamplingTests {
  static let prompts: [[Int32]] = [[1, 2, 3], [6], [2, 0, 4, 4]]
  static let options = SamplingOptions(maximumLength: 9, endToken: 0)

  private func policy(
    _ decoder: SmallDecoder
  ) -> (pass: DecoderPass<Double>, weights: TensorSet<Double>, packed: TensorSet<Double>) {
    var generator = SplitMix64(seed: 31)
    let configuration = decoder.configuration
    let weights: TensorSet<Double> = decoder.weights(&generator)
    return (
      DecoderPass(configuration, positions: 24), weights,
      weights.packing(DecoderLayout(configuration), rows: 1_000)
    )
  }

  private func seeds(_ count: Int) -> [[UInt64]] {
    Self.prompts.indices.map { prompt in (0..<count).map { UInt64(100 * prompt + $0) } }
  }

  @Test(arguments: SmallDecoder.allCases)
  func `what samples is what is trained`(decoder: SmallDecoder) {
    let (pass, weights, packed) = policy(decoder)
    let completions = pass.sample(
      prompts: Self.prompts, seeds: seeds(4), weights: packed, options: Self.options)
    for (prompt, group) in zip(Self.prompts, completions) {
      for completion in group {
        pass.forward(
          PackedBatch([(prompt: prompt, completion: completion.tokens)]), weights: weights)
        let trained = pass.logProbabilities(weights: weights, inverseTemperature: 1)
        for (a, b) in zip(trained.logProbabilities, completion.logProbabilities) {
          // The cache gives the same numbers by products of another shape.
          #expect(abs(a - b) <= 1e-12)
        }
      }
    }
  }

  @Test func `a completion stops at its end token or at the limit`() {
    let (pass, _, packed) = policy(.llama)
    let groups = pass.sample(
      prompts: Self.prompts, seeds: seeds(16), weights: packed, options: Self.options)
    let completions = groups.flatMap { $0 }
    #expect(completions.contains { $0.isEnded } && completions.contains { !$0.isEnded })
    for completion in completions {
      #expect(completion.tokens.dropLast().allSatisfy { $0 != 0 })
      #expect(completion.isEnded ? completion.tokens.last == 0 : completion.tokens.count == 9)
    }
  }

  @Test func `a completion depends on its own seed alone`() {
    let (pass, _, packed) = policy(.llama)
    let all = pass.sample(
      prompts: Self.prompts, seeds: seeds(5), weights: packed, options: Self.options)
    let one = pass.sample(
      prompts: [Self.prompts[1]], seeds: [[103]], weights: packed, options: Self.options)
    #expect(one[0][0].tokens == all[1][3].tokens)
  }

  @Test func `greedy decoding takes the most likely token`() {
    let (pass, weights, packed) = policy(.llama)
    var options = Self.options
    options.temperature = 0
    let completion = pass.sample(
      prompts: [Self.prompts[0]], seeds: [[1]], weights: packed, options: options)[0][0]
    for token in Int32(0)..<7 {
      pass.forward(
        PackedBatch([(prompt: Self.prompts[0], completion: [token])]), weights: weights)
      let found = pass.logProbabilities(weights: weights, inverseTemperature: 1)
      #expect(found.logProbabilities[0] <= completion.logProbabilities[0] + 1e-12)
    }
  }

  @Test func `tokens are drawn as often as they are likely`() {
    let (pass, weights, packed) = policy(.llama)
    let draws = 4000
    let completions = pass.sample(
      prompts: [[1, 2, 3]], seeds: [(0..<UInt64(draws)).map { $0 }], weights: packed,
      options: SamplingOptions(temperature: 0.8, maximumLength: 1, endToken: 0))[0]
    for token in Int32(0)..<7 {
      pass.forward(PackedBatch([(prompt: [1, 2, 3], completion: [token])]), weights: weights)
      let logProbability = pass.logProbabilities(
        weights: weights, inverseTemperature: 1.25
      ).logProbabilities[0]
      let count = completions.count { $0.tokens[0] == token }
      let share = completions.first { $0.tokens[0] == token }?.logProbabilities[0]
      #expect(abs((share ?? logProbability) - logProbability) <= 1e-12)
      let expected = Double(draws) * exp(logProbability)
      // Five standard deviations of a binomial count.
      #expect(abs(Double(count) - expected) <= 5 * expected.squareRoot() + 1)
    }
  }
}
