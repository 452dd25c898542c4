public import LinearAlgebra

/// A method as it trains: a differentiable map from its parameters and the frozen weight of a module to
/// the effective weight, the one that the model computes with.
///
/// The forward pass knows nothing but the effective weight, so what samples and what is trained are the
/// same policy. One value stands for one module. A new method is one file in `Training/Methods` and one
/// line in ``TrainableAdapterRegistry/all``.
public protocol TrainableAdapter: Sendable {
  /// Key on the command line, such as `lora`.
  static var key: String { get }
  /// One line for `list adapters`.
  static var summary: String { get }
  /// What kind of modules the method acts on.
  static var targets: AdapterTargets { get }

  /// The method for a module of this shape (out × in).
  /// - Throws: ``AdapterError`` if the options do not fit the method or the shape.
  init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError)

  /// The parameters in the order in which every call below passes them.
  var parameters: [ParameterShape] { get }

  /// The values of step 0, and the frozen weight if it is not the base: a start from the base's own
  /// singular triplets takes them out of it.
  /// - Parameters:
  ///   - base: The pretrained weight, out × in.
  ///   - generator: Where random numbers come from.
  ///   - calibration: What data-driven starts look at.
  func start(
    base: Matrix<Double>, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart

  /// Writes the effective weight (and bias, where the method changes it).
  func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>)

  /// Adds ∂L/∂θ, given the gradient of the effective weight and bias.
  /// - Parameters:
  ///   - gradients: Like the parameters; those of frozen ones are not touched.
  ///   - output: The gradient of the effective weight and bias.
  ///   - effective: As the last ``adapt(_:frozen:parameters:workspace:)`` left it.
  func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>)

  /// The two factors through which the input also passes with dropout; nil if the method has none.
  func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>?
}

extension TrainableAdapter {
  public func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>? {
    nil
  }
}

/// What kind of modules a method acts on.
public enum AdapterTargets: Sendable {
  /// Linear layers.
  case linear
  /// Gains of norms.
  case norms
  /// All tensors: embeddings, heads, norms, linear layers with their biases.
  case everything
}

/// A module that an adapter is made for.
public struct AdaptedModule: Sendable, Equatable {
  /// The name in the base, without `.weight`.
  public let name: String
  /// Output features × input features; a gain of a norm is 1 × width.
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

/// What a user chooses about an adapter.
public struct AdapterOptions: Sendable, Equatable {
  public var rank: Int
  public var alpha: Double
  /// s = α/√r in place of α/r.
  public var usesRankStabilization: Bool
  /// The share of inputs that the adapter path drops.
  public var dropout: Double
  /// Key of the start; nil for the method's own.
  public var start: String?
  /// The seed of projections that are drawn once and frozen.
  public var projectionSeed: UInt64
  /// LoRA+: how much faster B learns than A.
  public var outputRateFactor: Double

  public init(
    rank: Int = 8, alpha: Double = 16, usesRankStabilization: Bool = false, dropout: Double = 0,
    start: String? = nil, projectionSeed: UInt64 = 0, outputRateFactor: Double = 16
  ) {
    self.rank = rank
    self.alpha = alpha
    self.usesRankStabilization = usesRankStabilization
    self.dropout = dropout
    self.start = start
    self.projectionSeed = projectionSeed
    self.outputRateFactor = outputRateFactor
  }

  /// s.
  public var scale: Double {
    alpha / (usesRankStabilization ? Double(rank).squareRoot() : Double(rank))
  }
}

/// One tensor of an adapter.
public struct ParameterShape: Sendable, Equatable {
  /// What follows the module's name in a file of PEFT, such as `lora_A.weight`.
  public let name: String
  public let rows: Int
  public let columns: Int
  public let isTrained: Bool
  /// How much faster than the others it learns.
  public let rateFactor: Double

  public init(
    name: String, rows: Int, columns: Int, isTrained: Bool = true, rateFactor: Double = 1
  ) {
    self.name = name
    self.rows = rows
    self.columns = columns
    self.isTrained = isTrained
    self.rateFactor = rateFactor
  }
}

/// Where an adapter starts.
public struct AdapterStart: Sendable {
  /// Like the adapter's parameters.
  public let parameters: [Matrix<Double>]
  /// The frozen weight; nil if it is the base.
  public let frozen: Matrix<Double>?

  public init(parameters: [Matrix<Double>], frozen: Matrix<Double>? = nil) {
    self.parameters = parameters
    self.frozen = frozen
  }
}

/// What a data-driven start looks at: a batch of the task that training is for.
public struct Calibration: Sendable {
  /// Inputs of the module, one a row: tokens × in.
  public let inputs: Matrix<Double>
  /// The gradient of the loss with respect to the weight, out × in.
  public let weightGradient: Matrix<Double>

  public init(inputs: Matrix<Double>, weightGradient: Matrix<Double>) {
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
  /// Which parameters they are.
  public let inputFactor: Int, outputFactor: Int
  public let scale: Element

  public init(inputFactor: Int, outputFactor: Int, scale: Element) {
    self.inputFactor = inputFactor
    self.outputFactor = outputFactor
    self.scale = scale
  }
}
