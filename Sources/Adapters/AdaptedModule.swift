public import LinearAlgebra

/// A module that an adapter is made for.
public struct AdaptedModule: Sendable, Equatable {
  /// The name in the base, without `.weight`.
  public let name: String
  /// Output features × input features; 1 × width for the gain of a norm.
  public let shape: MatrixShape
  public let hasBias: Bool
  /// The second layer of a feed-forward block, whose input IA3 scales.
  public let isFeedForwardOutput: Bool

  public init(name: String, shape: MatrixShape, hasBias: Bool, isFeedForwardOutput: Bool) {
    self.name = name
    self.shape = shape
    self.hasBias = hasBias
    self.isFeedForwardOutput = isFeedForwardOutput
  }
}

/// The pretrained weight of a module, and its bias if it has one.
public struct BaseModule: Sendable {
  /// out × in.
  public let weight: Matrix
  public let bias: [Double]?

  public init(weight: Matrix, bias: [Double]? = nil) {
    self.weight = weight
    self.bias = bias
  }
}

/// The data for a data-driven start: a batch of the task to train on.
public struct Calibration: Sendable {
  /// The inputs of the module, one per row: tokens × in.
  public let inputs: Matrix
  /// The gradient of the loss with respect to the weight, out × in.
  public let weightGradient: Matrix

  public init(inputs: Matrix, weightGradient: Matrix) {
    self.inputs = inputs
    self.weightGradient = weightGradient
  }
}

/// The weight of a module, and its bias if it has one: values or gradients.
public struct ModuleViews<Element: DenseScalar> {
  /// out × in.
  public let weight: MatrixView<Element>
  /// 1 × out.
  public let bias: MatrixView<Element>?

  public init(weight: MatrixView<Element>, bias: MatrixView<Element>? = nil) {
    self.weight = weight
    self.bias = bias
  }
}

/// The factors of a path scale · B · A beside the weight.
public struct DropoutPath<Element: DenseScalar> {
  /// Their indices among the parameters.
  public let inputFactor: Int, outputFactor: Int
  public let scale: Element

  public init(inputFactor: Int, outputFactor: Int, scale: Element) {
    self.inputFactor = inputFactor
    self.outputFactor = outputFactor
    self.scale = scale
  }
}
