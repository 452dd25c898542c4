package import LinearAlgebra

/// Trains LoRA: W₊ = W + s·BA.
package struct TrainableLoRA: LoRAVariant {
  package typealias Method = LoRA
  package static let profile = MethodProfile(
    .baseline, formula: "W + s·BA", trained: "r(m + n)", cost: "6mnr")
  package let path: LoRAPath

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }
}

/// A method that trains two factors A and B beside the weight, and saves them as PEFT's LoRA.
package protocol LoRAFamily: TrainableAdapter {
  var path: LoRAPath { get }
}

extension LoRAFamily {
  package static var targets: AdapterTargets { .linear }
  package static var takesStart: Bool { true }
  package var module: AdaptedModule { path.module }

  package func frozenWeight(base: Matrix, initial: [Matrix]) -> Matrix? {
    path.frozenWeight(base: base, initial: initial)
  }

  package func tensors(of values: [Matrix], initial: [Matrix]) -> [String: Tensor] {
    path.tensors(parameters, of: values, initial: initial)
  }

  package func restore(_ tensors: [String: Tensor]) throws(AdapterError) -> RestoredParameters? {
    try path.restore(tensors, parameters)
  }
}

/// A method whose effective weight is W + s·BA: LoRA, and variants with another scale, other learning rates or
/// a frozen factor.
package protocol LoRAVariant: LoRAFamily {
  /// Whether A is trained.
  static var trainsInput: Bool { get }
  /// The options as the method interprets them.
  static func resolved(_ options: AdapterOptions) -> AdapterOptions
}

extension LoRAVariant {
  package static var addsScaledProduct: Bool { true }
  package static var trainsInput: Bool { true }
  package static func resolved(_ options: AdapterOptions) -> AdapterOptions { options }

  package var parameters: [ParameterShape] { path.parameters(trainsInput: Self.trainsInput) }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    try path.begin(base: base.weight, using: &generator, calibration: calibration)
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.adapt(effective.weight, frozen: frozen.weight, parameters: parameters)
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.addGradients(
      gradients, output: output.weight, parameters: parameters,
      trainsInput: Self.trainsInput)
  }

  package func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>? {
    DropoutPath(inputFactor: LoRA.input, outputFactor: LoRA.output, scale: Element(path.scale))
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    LoRAPath.configuration(options: resolved(options), modules: modules)
  }
}
