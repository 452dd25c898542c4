package import LinearAlgebra

/// A module that an adapter is made for.
package struct AdaptedModule: Sendable, Equatable {
  /// The name in the base, without `.weight`.
  package let name: String
  /// Output features × input features; 1 × width for the gain of a norm.
  package let shape: MatrixShape
  package let hasBias: Bool
  /// The second layer of a feed-forward block, whose input IA3 scales.
  package let isFeedForwardOutput: Bool

  package init(name: String, shape: MatrixShape, hasBias: Bool, isFeedForwardOutput: Bool) {
    self.name = name
    self.shape = shape
    self.hasBias = hasBias
    self.isFeedForwardOutput = isFeedForwardOutput
  }
}

/// The pretrained weight of a module, and its bias if it has one.
package struct BaseModule: Sendable {
  /// out × in.
  package let weight: Matrix
  package let bias: [Double]?

  package init(weight: Matrix, bias: [Double]? = nil) {
    self.weight = weight
    self.bias = bias
  }
}

/// The data for a data-driven start: a batch of the task to train on.
package struct Calibration: Sendable {
  /// The inputs of the module, one per row: tokens × in.
  package let inputs: Matrix
  /// The gradient of the loss with respect to the weight, out × in.
  package let weightGradient: Matrix

  package init(inputs: Matrix, weightGradient: Matrix) {
    self.inputs = inputs
    self.weightGradient = weightGradient
  }
}

/// The weight of a module, and its bias if it has one: values or gradients.
package struct ModuleViews<Element: DenseScalar> {
  /// out × in.
  package let weight: MatrixView<Element>
  /// 1 × out.
  package let bias: MatrixView<Element>?

  package init(weight: MatrixView<Element>, bias: MatrixView<Element>? = nil) {
    self.weight = weight
    self.bias = bias
  }
}

/// The factors of a path scale · B · A beside the weight.
package struct DropoutPath<Element: DenseScalar> {
  /// Their indices among the parameters.
  package let inputFactor: Int, outputFactor: Int
  package let scale: Element

  package init(inputFactor: Int, outputFactor: Int, scale: Element) {
    self.inputFactor = inputFactor
    self.outputFactor = outputFactor
    self.scale = scale
  }
}
