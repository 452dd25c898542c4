package import LinearAlgebra

/// Options of AdamW. The defaults are torch's, except the weight decay, which is 0 as in trainers.
public struct AdamWOptions: Sendable, Equatable {
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var decay: Double

  public init(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
  }
}

/// Adam with decoupled weight decay, in torch's convention: decay first, ε after the bias correction.
///
/// **Source:** Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, arXiv 1711.05101,
/// algorithm 2.
package final class AdamW<Element: KernelScalar>: Optimizer {
  package var stepCount = 0
  private let parameters: [OptimizedParameter<Element>]
  private let options: AdamWOptions
  private let first: [MatrixView<Element>], second: [MatrixView<Element>]

  package init(_ parameters: [OptimizedParameter<Element>], _ options: AdamWOptions) {
    self.parameters = parameters
    self.options = options
    first = parameters.zeros()
    second = parameters.zeros()
  }

  package func step(gradients: [MatrixView<Element>], rate: Double) {
    precondition(gradients.count == parameters.count, "one gradient a parameter")
    stepCount += 1
    let corrections = (
      1 - power(options.beta1, stepCount), 1 - power(options.beta2, stepCount)
    )
    for (index, parameter) in parameters.enumerated() {
      let (values, gradient) = (parameter.values, gradients[index])
      precondition(
        gradient.count == values.count && gradient.isContiguous && values.isContiguous,
        "a gradient has its parameter's shape")
      unsafe Element.stepAdamW(
        values.start, gradient.start, first[index].start, second[index].start,
        rate: rate * parameter.rateFactor, options, decay: parameter.decays ? options.decay : 0,
        correction1: corrections.0, correction2: corrections.1, count: values.count)
    }
  }

  package var state: [(name: String, values: MatrixView<Element>)] {
    parameters.indices.flatMap { index in
      [
        ("\(parameters[index].name).first_moment", first[index]),
        ("\(parameters[index].name).second_moment", second[index]),
      ]
    }
  }
}

/// βᵗ.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, square, rest) = (1.0, base, exponent)
  while rest > 0 {
    if rest & 1 == 1 { result *= square }
    square *= square
    rest >>= 1
  }
  return result
}
