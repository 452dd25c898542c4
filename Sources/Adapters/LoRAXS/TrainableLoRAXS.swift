package import LinearAlgebra

/// Trains LoRA-XS: R alone, which starts at 0.
package struct TrainableLoRAXS: TrainableAdapter {
  package typealias Method = LoRAXS
  package static let profile = MethodProfile(
    .rank, formula: "W + s·UᵣΣᵣ·R·Vᵣᵀ", trained: "r²", cost: "4mnr + 4nr²")
  package static let targets = AdapterTargets.linear
  package static let addsScaledProduct = true
  package let module: AdaptedModule
  private let path: PrincipalPath

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    try module.checkAlpha(options.alpha)
    path = try PrincipalPath(module: module, rank: options.rank, scale: options.scale)
    self.module = module
  }

  /// R, Vᵣᵀ and UᵣΣᵣ.
  package var parameters: [ParameterShape] {
    let (rank, shape) = (path.rank, module.shape)
    return [
      ParameterShape(name: "lora_xs_R", rows: rank, columns: rank),
      ParameterShape(name: LoRA.inputFactor, rows: rank, columns: shape.columns, isTrained: false),
      ParameterShape(name: LoRA.outputFactor, rows: shape.rows, columns: rank, isTrained: false),
    ]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    let triplets = try path.triplets(of: base.weight)
    return AdapterStart(parameters: [
      Matrix(rows: path.rank, columns: path.rank), triplets.right,
      triplets.left * .diagonal(triplets.values),
    ])
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.adapt(
      effective.weight, frozen: frozen.weight, middle: parameters[LoRAXS.middle],
      input: parameters[LoRAXS.input], output: parameters[LoRAXS.output], workspace: workspace)
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.addGradient(
      gradients[LoRAXS.middle], of: output.weight, input: parameters[LoRAXS.input],
      output: parameters[LoRAXS.output], workspace: workspace)
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    LoRAPath.configuration(options: options, modules: modules)
  }

  package func tensors(of values: [Matrix], initial: [Matrix]) -> [String: Tensor] {
    [
      LoRA.inputFactor: Tensor(values[LoRAXS.input]),
      LoRA.outputFactor: Tensor(values[LoRAXS.output] * values[LoRAXS.middle]),
    ]
  }

  /// Nil: R is not in a file, only its product with UᵣΣᵣ.
  package func restore(_ tensors: [String: Tensor]) throws(AdapterError) -> RestoredParameters? {
    nil
  }
}
