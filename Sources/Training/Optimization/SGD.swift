package import LinearAlgebra

/// Stochastic gradient descent with momentum, in torch's convention: weight decay is part of the gradient, and
/// the velocity is not damped.
package final class SGD<Element: KernelScalar>: Optimizer {
  package var stepCount = 0
  private let parameters: [OptimizedParameter<Element>]
  private let momentum: Double, decay: Double
  private let velocities: [MatrixView<Element>]

  package init(_ parameters: [OptimizedParameter<Element>], momentum: Double, decay: Double) {
    self.parameters = parameters
    self.momentum = momentum
    self.decay = decay
    velocities = parameters.zeros()
  }

  package func step(gradients: [MatrixView<Element>], rate: Double) {
    precondition(gradients.count == parameters.count, "one gradient a parameter")
    stepCount += 1
    for (index, parameter) in parameters.enumerated() {
      let (values, gradient) = (parameter.values, gradients[index])
      precondition(
        gradient.count == values.count && gradient.isContiguous && values.isContiguous,
        "a gradient has its parameter's shape")
      unsafe Element.stepSGD(
        values.start, gradient.start, velocities[index].start, rate: rate * parameter.rateFactor,
        momentum: momentum, decay: parameter.decays ? decay : 0, count: values.count)
    }
  }

  package var state: [(name: String, values: MatrixView<Element>)] {
    parameters.indices.map { ("\(parameters[$0].name).velocity", velocities[$0]) }
  }
}
