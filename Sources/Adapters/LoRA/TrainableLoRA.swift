public import LinearAlgebra

/// Trains LoRA: W₊ = W + s·BA.
public struct TrainableLoRA: LoRAVariant {
  public typealias Method = LoRA
  public let path: LoRAPath

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }
}

/// A method that trains two factors A and B beside the weight, and saves them as PEFT's LoRA.
public protocol LoRAFamily: TrainableAdapter {
  var path: LoRAPath { get }
}

extension LoRAFamily {
  public static var targets: AdapterTargets { .linear }
  public static var takesStart: Bool { true }
  public var module: AdaptedModule { path.module }

  public func frozenWeight(base: Matrix, initial: [Matrix]) -> Matrix? {
    path.frozenWeight(base: base, initial: initial)
  }

  public func tensors(of values: [Matrix], initial: [Matrix]) -> [String: Tensor] {
    path.tensors(parameters, of: values, initial: initial)
  }

  public func restore(_ tensors: [String: Tensor]) throws(AdapterError) -> RestoredParameters {
    try path.restore(tensors, parameters)
  }
}

/// A method whose effective weight is W + s·BA: LoRA, and variants with another scale, other learning rates or
/// a frozen factor.
public protocol LoRAVariant: LoRAFamily {
  /// Whether A is trained.
  static var trainsInput: Bool { get }
  /// The options as the method interprets them.
  static func resolved(_ options: AdapterOptions) -> AdapterOptions
}

extension LoRAVariant {
  public static var trainsInput: Bool { true }
  public static func resolved(_ options: AdapterOptions) -> AdapterOptions { options }

  public var parameters: [ParameterShape] { path.parameters(trainsInput: Self.trainsInput) }

  public func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    try path.begin(base: base.weight, using: &generator, calibration: calibration)
  }

  public func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.adapt(effective.weight, frozen: frozen.weight, parameters: parameters)
  }

  public func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.addGradients(
      gradients, output: output.weight, parameters: parameters,
      trainsInput: Self.trainsInput)
  }

  public func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>? {
    DropoutPath(inputFactor: LoRA.input, outputFactor: LoRA.output, scale: Element(path.scale))
  }

  public static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    LoRAPath.configuration(options: resolved(options), modules: modules)
  }
}
