import Foundation
import LinearAlgebra
import Testing
import Training

@Suite("Decoder") struct DecoderForwardTests {
  @Test(arguments: SmallDecoder.allCases)
  func `sequences of a batch do not see each other`(decoder: SmallDecoder) {
    var generator = SplitMix64(seed: 21)
    let weights: TensorSet<Double> = decoder.weights(&generator)
    let pass = DecoderPass<Double>(decoder.configuration, positions: 16)
    pass.forward(SmallDecoder.batch, weights: weights)
    let together = pass.logProbabilities(weights: weights, inverseTemperature: 1)
    let alone = PackedBatch([(prompt: [6], completion: [5, 5, 2, 1])])
    pass.forward(alone, weights: weights)
    let single = pass.logProbabilities(weights: weights, inverseTemperature: 1)
    for (a, b) in zip(together.logProbabilities[2..<6], single.logProbabilities) {
      #expect(abs(a - b) <= 1e-13)
    }
  }

  @Test(arguments: SmallDecoder.allCases)
  func `a token does not change what stands before it`(decoder: SmallDecoder) {
    var generator = SplitMix64(seed: 22)
    let weights: TensorSet<Double> = decoder.weights(&generator)
    let pass = DecoderPass<Double>(decoder.configuration, positions: 16)
    func read(_ last: Int32) -> [Double] {
      pass.forward(PackedBatch([(prompt: [1, 2], completion: [3, 4, last])]), weights: weights)
      return pass.logProbabilities(weights: weights, inverseTemperature: 1).logProbabilities
    }
    let (first, second) = (read(0), read(5))
    #expect(first[0] == second[0] && first[1] == second[1] && first[2] != second[2])
  }

  @Test func `probabilities sum to one and the entropy is theirs`() {
    var generator = SplitMix64(seed: 23)
    let weights: TensorSet<Double> = SmallDecoder.llama.weights(&generator)
    let pass = DecoderPass<Double>(SmallDecoder.llama.configuration, positions: 16)
    var logarithms = [Double]()
    var entropy = 0.0
    for token in 0..<Int32(7) {
      pass.forward(PackedBatch([(prompt: [1, 2], completion: [token])]), weights: weights)
      let found = pass.logProbabilities(weights: weights, inverseTemperature: 0.7)
      logarithms += found.logProbabilities
      entropy = found.entropies[0]
    }
    let probabilities = logarithms.map { exp($0) }
    #expect(abs(probabilities.reduce(0, +) - 1) <= 1e-14)
    #expect(abs(entropy + zip(probabilities, logarithms).map(*).reduce(0, +)) <= 1e-14)
  }

  @Test func `single precision agrees with double`() {
    var generator = SplitMix64(seed: 24)
    let weights: TensorSet<Double> = SmallDecoder.gemma.weights(&generator)
    let layout = DecoderLayout(SmallDecoder.gemma.configuration)
    let narrow = TensorSet<Float>(layout)
    for slot in layout.slots.indices { narrow[slot].set(weights[slot].matrix) }
    let pass = DecoderPass<Double>(SmallDecoder.gemma.configuration, positions: 16)
    let narrowPass = DecoderPass<Float>(SmallDecoder.gemma.configuration, positions: 16)
    pass.forward(SmallDecoder.batch, weights: weights)
    narrowPass.forward(SmallDecoder.batch, weights: narrow)
    let exact = pass.logProbabilities(weights: weights, inverseTemperature: 1)
    let found = narrowPass.logProbabilities(weights: narrow, inverseTemperature: 1)
    for (a, b) in zip(exact.logProbabilities, found.logProbabilities) {
      // A few hundred roundings of 6e-8 on logits of order ten.
      #expect(abs(a - b) <= 2e-5)
    }
  }
}
