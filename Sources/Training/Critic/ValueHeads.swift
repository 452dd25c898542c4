package import LinearAlgebra

/// Linear functions of the outputs of a decoder, such as values of prefixes: V_j(s) = w_j · h(s) + b_j, where h(s) is the normed output of the
/// last layer at the last token of the prefix s.
package struct ValueHeads<Element: KernelScalar> {
  /// K × C.
  package let weight: MatrixView<Element>
  /// 1 × K.
  package let bias: MatrixView<Element>

  /// Heads drawn from N(0, 0.02²), as different from each other as their starts make them; biases of zero.
  package init(count: Int, width: Int, seed: UInt64) {
    weight = MatrixView(rows: count, columns: width)
    bias = MatrixView(rows: 1, columns: count)
    var generator = SplitMix64(seed: seed)
    for row in 0..<count {
      for column in 0..<width {
        weight[row, column] = Element(0.02 * generator.nextGaussian())
      }
    }
  }

  /// What the optimiser moves. The bias does not decay.
  package var parameters: [OptimizedParameter<Element>] {
    [
      OptimizedParameter(name: "value.weight", values: weight),
      OptimizedParameter(name: "value.bias", values: bias, decays: false),
    ]
  }

  /// The values of some states: T × C gives T × K.
  package func values(_ states: MatrixView<Element>) -> MatrixView<Element> {
    let result = MatrixView<Element>(rows: states.rows, columns: weight.rows)
    result.multiply(states, weight, .transposed)
    result.addBias(bias)
    return result
  }

  /// Adds the gradient of a loss, given by its derivatives with respect to the values (T × K), to those of
  /// ``parameters``.
  package func addGradient(
    of slopes: MatrixView<Element>, states: MatrixView<Element>, to gradients: [MatrixView<Element>]
  ) {
    gradients[0].multiply(slopes, .transposed, states, keeping: 1)
    gradients[1].addColumnSums(of: slopes)
  }
}
