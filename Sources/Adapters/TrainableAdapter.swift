public import LinearAlgebra

/// A method as it trains: a differentiable map from its parameters and the frozen weight of a module to
/// the effective weight, the one that the model computes with.
///
/// The forward pass knows nothing but the effective weight, so what samples and what is trained are the
/// same policy. One value stands for one module. A new method is one folder and one line in
/// ``AdapterRegistry``.
public protocol TrainableAdapter: Sendable {
  /// The method, whose files it writes; a variant has a key and a summary of its own.
  associatedtype Method: AdapterMethod

  /// Key on the command line, such as `lora`.
  static var key: String { get }
  /// One line for `list methods`.
  static var summary: String { get }
  /// What kind of modules the method acts on.
  static var targets: AdapterTargets { get }
  /// Whether the first factors can be chosen, from ``FactorStartRegistry/all``.
  static var takesStart: Bool { get }

  /// The method for a module of this shape (out × in).
  /// - Throws: ``AdapterError`` if the options do not fit the method or the shape.
  init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError)

  var module: AdaptedModule { get }

  /// The parameters in the order in which every call below passes them.
  var parameters: [ParameterShape] { get }

  /// The values of step 0, and the frozen weight if it is not the base: a start from the base's own
  /// singular triplets takes them out of it.
  /// - Parameters:
  ///   - base: The pretrained weight, out × in, and its bias.
  ///   - generator: Where random numbers come from.
  ///   - calibration: What data-driven starts look at.
  func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart

  /// The frozen weight that belongs to first parameters, if it is not the base: what a resumed run
  /// trains beside.
  /// - Parameters:
  ///   - base: The pretrained weight, out × in.
  ///   - initial: The parameters of step 0.
  func frozenWeight(base: Matrix, initial: [Matrix]) -> Matrix?

  /// Writes the effective weight, and the bias if the method changes it: otherwise the bias is left.
  func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>)

  /// Adds ∂L/∂θ, given the gradient of the effective weight and bias.
  /// - Parameters:
  ///   - gradients: Like the parameters; those of frozen ones are not touched.
  ///   - output: The gradient of the effective weight and bias.
  ///   - effective: As the last ``adapt(_:frozen:parameters:workspace:)`` left it.
  ///   - frozen: The weight and bias that the method acts on.
  ///   - parameters: Where the gradient is taken.
  ///   - workspace: Lends intermediate matrices.
  func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>)

  /// Adds the gradient of the method's own penalty on its parameters, and returns the penalty: zero for
  /// most methods. The sum over modules, each with `weight` divided by their number, is the penalty.
  func addPenalty<Element>(
    to gradients: [MatrixView<Element>], parameters: [MatrixView<Element>], weight: Double,
    workspace: Workspace<Element>
  ) -> Double

  /// Replaces the gradients by what the optimiser is to see, where the method asks for that: to be
  /// called once a step, after clipping.
  func preconditionGradients<Element>(
    _ gradients: [MatrixView<Element>], parameters: [MatrixView<Element>])

  /// The two factors through which the input also passes with dropout; nil if the method has none.
  func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>?

  /// Says in PEFT's words what the tensors mean; nil if PEFT has no such adapter.
  static func configuration(options: AdapterOptions, modules: [AdaptedModule])
    -> AdapterConfiguration?

  /// The tensors of a file, by what follows the module's name.
  /// - Parameters:
  ///   - values: The parameters.
  ///   - initial: Those of step 0.
  func tensors(of values: [Matrix], initial: [Matrix]) -> [String: Tensor]

  /// The parameters, and those of step 0 if the file holds them, from the tensors of a file.
  /// - Throws: ``AdapterError`` if one is missing or has another shape.
  func restore(_ tensors: [String: Tensor]) throws(AdapterError) -> RestoredParameters
}

extension TrainableAdapter {
  public static var key: String { Method.key }
  public static var summary: String { Method.summary }
  public static var takesStart: Bool { false }

  public func frozenWeight(
    base: Matrix, initial: [Matrix]
  ) -> Matrix? { nil }

  public func addPenalty<Element>(
    to gradients: [MatrixView<Element>], parameters: [MatrixView<Element>], weight: Double,
    workspace: Workspace<Element>
  ) -> Double { 0 }

  public func preconditionGradients<Element>(
    _ gradients: [MatrixView<Element>], parameters: [MatrixView<Element>]
  ) {}

  public func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>? {
    nil
  }
}

/// What kind of modules a method acts on.
public enum AdapterTargets: Sendable, Equatable {
  /// Linear layers.
  case linear
  /// Gains of norms.
  case norms
  /// Every weight: embeddings as well.
  case all
}
