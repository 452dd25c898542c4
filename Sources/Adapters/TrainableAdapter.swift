package import LinearAlgebra

/// Trains a method: a differentiable map from its parameters and the frozen weight of a module to the effective
/// weight, which is the weight that the model computes with.
///
/// Apart from dropout, the forward pass uses only the effective weight, so sampling and training use the same
/// policy. One value is the adapter of one module. A new method is one folder and one line in
/// ``AdapterRegistry``.
package protocol TrainableAdapter: Sendable {
  /// The method whose files it writes; a variant has its own key and summary.
  associatedtype Method: AdapterMethod

  /// Key on the command line, such as `lora`.
  static var key: String { get }
  /// One line for `list methods`.
  static var summary: String { get }
  /// Formula, size and cost, for `list methods --taxonomy`.
  static var profile: MethodProfile { get }
  /// What kind of modules the method acts on.
  static var targets: AdapterTargets { get }
  /// Whether the initial factors can be chosen, from ``FactorStartRegistry/all``.
  static var takesStart: Bool { get }
  /// Whether the effective weight is W + s·P, with P made of the parameters alone and s of α.
  static var addsScaledProduct: Bool { get }

  /// The method for a module of this shape (out × in).
  /// - Throws: ``AdapterError`` if the options do not fit the method or the shape.
  init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError)

  var module: AdaptedModule { get }

  /// The parameters in the order in which every call below passes them.
  var parameters: [ParameterShape] { get }

  /// The values of step 0, and the frozen weight if it is not the base: some starts subtract their product
  /// from the base.
  /// - Parameters:
  ///   - base: The pretrained weight, out × in, and its bias.
  ///   - generator: The source of random numbers.
  ///   - calibration: The data for data-driven starts.
  func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart

  /// The frozen weight that belongs to these initial parameters; nil if it is the base. A resumed run needs it.
  /// - Parameters:
  ///   - base: The pretrained weight, out × in.
  ///   - initial: The parameters of step 0.
  func frozenWeight(base: Matrix, initial: [Matrix]) -> Matrix?

  /// Writes the effective weight, and the bias if the method changes it; otherwise the bias is not touched.
  func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>)

  /// Adds ∂L/∂θ, given the gradient of the effective weight and bias.
  /// - Parameters:
  ///   - gradients: In the order of the parameters; those of frozen parameters are not touched.
  ///   - output: The gradient of the effective weight and bias.
  ///   - effective: As the last ``adapt(_:frozen:parameters:workspace:)`` left it.
  ///   - frozen: The weight and bias that the method acts on.
  ///   - parameters: The point at which the gradient is taken.
  ///   - workspace: Lends intermediate matrices.
  func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>)

  /// Adds the gradient of the method's own penalty on its parameters, and returns the penalty: zero for
  /// most methods. The caller divides the total weight by the number of modules and sums over modules.
  func addPenalty<Element>(
    to gradients: [MatrixView<Element>], parameters: [MatrixView<Element>], weight: Double,
    workspace: Workspace<Element>
  ) -> Double

  /// Replaces the gradients by those that the optimiser gets; most methods leave them unchanged. Called once per
  /// step, after clipping.
  func preconditionGradients<Element>(
    _ gradients: [MatrixView<Element>], parameters: [MatrixView<Element>])

  /// Lets the method set the parameters that it chooses itself (``ParameterShape/isChosen``), after an optimiser step,
  /// counted from 1. Most methods have none.
  /// - Parameters:
  ///   - parameters: After the step.
  ///   - step: The number of the step.
  ///   - base: The pretrained weight.
  ///   - effective: The weight that the parameters make.
  /// - Returns: Whether it has changed some.
  func choose<Element>(
    _ parameters: [MatrixView<Element>], afterStep step: Int, base: MatrixView<Element>,
    effective: MatrixView<Element>
  ) throws -> Bool

  /// The two factors that dropout acts on; nil if the method does not support dropout.
  func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>?

  /// The PEFT configuration that describes the tensors; nil if PEFT has no such adapter.
  static func configuration(options: AdapterOptions, modules: [AdaptedModule])
    -> AdapterConfiguration?

  /// The tensors of a file, keyed by the part of their names after the module's name.
  /// - Parameters:
  ///   - values: The parameters.
  ///   - initial: The parameters of step 0.
  func tensors(of values: [Matrix], initial: [Matrix]) -> [String: Tensor]

  /// The parameters, and those of step 0 if the file holds them, from the tensors of a file; nil if a file holds less than
  /// the parameters, such as their product.
  /// - Throws: ``AdapterError`` if one is missing or has another shape.
  func restore(_ tensors: [String: Tensor]) throws(AdapterError) -> RestoredParameters?
}

extension TrainableAdapter {
  package static var key: String { Method.key }
  package static var summary: String { Method.summary }
  package static var takesStart: Bool { false }
  package static var addsScaledProduct: Bool { false }

  package func frozenWeight(
    base: Matrix, initial: [Matrix]
  ) -> Matrix? { nil }

  package func addPenalty<Element>(
    to gradients: [MatrixView<Element>], parameters: [MatrixView<Element>], weight: Double,
    workspace: Workspace<Element>
  ) -> Double { 0 }

  package func preconditionGradients<Element>(
    _ gradients: [MatrixView<Element>], parameters: [MatrixView<Element>]
  ) {}

  package func choose<Element>(
    _ parameters: [MatrixView<Element>], afterStep step: Int, base: MatrixView<Element>,
    effective: MatrixView<Element>
  ) throws -> Bool { false }

  package func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>? {
    nil
  }
}

/// What kind of modules a method acts on.
package enum AdapterTargets: Sendable, Equatable {
  /// Linear layers.
  case linear
  /// Gains of norms.
  case norms
  /// Every weight: embeddings as well.
  case all
}
