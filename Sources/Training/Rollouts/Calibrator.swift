package import Adapters
import LinearAlgebra

/// Gathers the data for data-driven starts: the inputs of each linear layer, and the gradient of the
/// cross-entropy of demonstrations with respect to its weight.
package struct Calibrator<Element: KernelScalar> {
  private let model: DecoderModel<Element>
  private let examiner: Examiner
  private let pass: DecoderPass<Element>

  package init(model: DecoderModel<Element>, examiner: Examiner, positions: Int) {
    self.model = model
    self.examiner = examiner
    pass = DecoderPass(model.configuration, positions: positions)
  }

  /// The calibration of every linear layer, by module name.
  /// - Parameters:
  ///   - seed: The seed of the run.
  ///   - sequences: The number of demonstrations to read.
  package func calibration(seed: UInt64, sequences: Int) throws -> [String: Calibration] {
    var generator = SplitMix64(
      seed: Seeds(run: seed).seed(.calibration, step: 0))
    var batch = PackedBatch()
    for _ in 0..<sequences {
      let demonstration = try examiner.demonstration(using: &generator)
      batch.append(prompt: demonstration.prompt, completion: demonstration.completion)
    }
    let gradients = TensorSet<Element>(model.layout) { model.layout.slots[$0].kind == .linear }
    pass.forward(batch, weights: model.weights)
    // Copied before the backward pass, which overwrites some activations.
    let inputs = pass.linearInputs.mapValues(\.matrix)
    let count = batch.predictedTokens.count
    pass.backward(
      weights: model.weights, gradients: gradients, inverseTemperature: 1,
      tokenWeights: Array(repeating: -1 / Double(count), count: count),
      entropyWeights: Array(repeating: 0, count: count))
    var result = [String: Calibration]()
    for (slot, input) in inputs {
      result[model.layout.slots[slot].module] = Calibration(
        inputs: input, weightGradient: gradients[slot].matrix)
    }
    return result
  }
}

extension DecoderPass {
  /// What each linear layer read in the last forward pass, by the slot of its weight.
  fileprivate var linearInputs: [Int: MatrixView<Element>] {
    var result = [Int: MatrixView<Element>]()
    for (layer, kept) in zip(layout.layers, activations.layers) {
      for linear in [layer.query, layer.key, layer.value] { result[linear.weight] = kept.normed }
      result[layer.output.weight] = kept.attended
      for linear in [layer.gate, layer.up] { result[linear.weight] = kept.feedForwardNormed }
      result[layer.down.weight] = kept.hidden
    }
    return result
  }
}
