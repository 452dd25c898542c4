import LinearAlgebra
import Testing
import Training

@Suite("Decoder gradients") struct DecoderGradientTests {
  /// L = Σ aᵢ log pᵢ + Σ bᵢ Hᵢ at temperature 1/1.25.
  struct Loss {
    let pass: DecoderPass<Double>
    let dropout: DropoutPlan<Double>?
    let tokenWeights: [Double], entropyWeights: [Double]

    init(_ decoder: SmallDecoder, dropout: DropoutPlan<Double>? = nil) {
      pass = DecoderPass(decoder.configuration, positions: 16)
      self.dropout = dropout
      var generator = SplitMix64(seed: 5)
      let count = SmallDecoder.batch.predictedTokens.count
      tokenWeights = (0..<count).map { _ in generator.nextGaussian() }
      entropyWeights = (0..<count).map { _ in generator.nextGaussian() }
    }

    func value(_ weights: TensorSet<Double>) -> Double {
      pass.forward(SmallDecoder.batch, weights: weights, dropout: dropout)
      let found = pass.logProbabilities(weights: weights, inverseTemperature: 1.25)
      return zip(tokenWeights, found.logProbabilities).map(*).reduce(0, +)
        + zip(entropyWeights, found.entropies).map(*).reduce(0, +)
    }

    func addGradients(_ weights: TensorSet<Double>, to gradients: TensorSet<Double>) {
      pass.forward(SmallDecoder.batch, weights: weights, dropout: dropout)
      pass.backward(
        weights: weights, gradients: gradients, inverseTemperature: 1.25,
        tokenWeights: tokenWeights, entropyWeights: entropyWeights, dropout: dropout)
    }
  }

  /// Central differences with step h have an error of about h² f‴/6 + ε|f|/h: at 1e-5 both are near
  /// 1e-10 for derivatives of order one.
  static let step = 1e-5, tolerance = 2e-8

  static func expectDerivative(
    _ view: MatrixView<Double>, _ gradient: MatrixView<Double>, name: String,
    _ value: () -> Double
  ) {
    for place in stride(from: 0, to: view.count, by: max(1, view.count / 7)) {
      let (row, column) = (place / view.columns, place % view.columns)
      let before = view[row, column]
      view[row, column] = before + step
      let above = value()
      view[row, column] = before - step
      let below = value()
      view[row, column] = before
      let slope = (above - below) / (2 * step)
      #expect(
        abs(slope - gradient[row, column]) <= tolerance * max(1, abs(slope)),
        "\(name) [\(row), \(column)]: \(gradient[row, column]), by differences \(slope)")
    }
  }

  @Test(arguments: SmallDecoder.allCases)
  func `every tensor has the gradient of finite differences`(decoder: SmallDecoder) {
    var generator = SplitMix64(seed: 11)
    let weights: TensorSet<Double> = decoder.weights(&generator)
    let layout = DecoderLayout(decoder.configuration)
    let loss = Loss(decoder)
    let gradients = TensorSet<Double>(layout)
    loss.addGradients(weights, to: gradients)
    for (index, slot) in layout.slots.enumerated() {
      Self.expectDerivative(weights[index], gradients[index], name: slot.name) {
        loss.value(weights)
      }
    }
  }

  @Test func `gradients that nobody wants change nothing in the others`() {
    var generator = SplitMix64(seed: 12)
    let weights: TensorSet<Double> = SmallDecoder.llama.weights(&generator)
    let layout = DecoderLayout(SmallDecoder.llama.configuration)
    let loss = Loss(.llama)
    let all = TensorSet<Double>(layout)
    loss.addGradients(weights, to: all)
    let wanted = layout.layers[0].value.weight
    let one = TensorSet<Double>(layout) { $0 == wanted }
    loss.addGradients(weights, to: one)
    #expect(one[wanted].values == all[wanted].values)
    #expect(one.present.count == 1)
  }

  @Test func `gradients add up over passes`() {
    var generator = SplitMix64(seed: 13)
    let weights: TensorSet<Double> = SmallDecoder.llama.weights(&generator)
    let layout = DecoderLayout(SmallDecoder.llama.configuration)
    let loss = Loss(.llama)
    let (once, twice) = (TensorSet<Double>(layout), TensorSet<Double>(layout))
    loss.addGradients(weights, to: once)
    loss.addGradients(weights, to: twice)
    loss.addGradients(weights, to: twice)
    for (a, b) in zip(once.present, twice.present) {
      for (x, y) in zip(a.values, b.values) {
        // Sums of a few products in another order.
        #expect(abs(2 * x - y) <= 64 * .ulpOfOne * max(1, abs(y)))
      }
    }
  }
}
