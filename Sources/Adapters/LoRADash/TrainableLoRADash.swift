package import LinearAlgebra

/// Trains LoRA-Dash: A and B from the first step on, z from the choice on, at 0 then.
///
/// With gW = ∂L/∂W₊: gzᵢ = uᵢᵀ·gW·vᵢ. Before the choice U and V are 0, so that z neither acts nor learns.
package struct TrainableLoRADash: TrainableAdapter {
  package typealias Method = LoRADash
  package static let profile = MethodProfile(
    .dynamics, formula: "W + s·BA + Σ zᵢuᵢvᵢᵀ over k directions of W", trained: "r(m + n) + k",
    cost: "6mnr + 4mnk, once an SVD of W")
  package static let targets = AdapterTargets.linear
  private let path: LoRAPath
  private let count: Int
  private let launchStep: Int
  package var module: AdaptedModule { path.module }

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    guard options.directionCount >= 1, options.preLaunchSteps >= 1 else {
      throw .directionOptions(count: options.directionCount, steps: options.preLaunchSteps)
    }
    path = try LoRAPath(module: module, options: options)
    count = options.directionCount
    launchStep = options.preLaunchSteps
  }

  /// A, B, z, U and Vᵀ.
  package var parameters: [ParameterShape] {
    path.parameters() + [
      ParameterShape(name: "lora_dash_z", rows: 1, columns: count, savedShape: [count]),
      ParameterShape(
        name: "lora_dash_U", rows: module.shape.rows, columns: count, isTrained: false,
        isChosen: true),
      ParameterShape(
        name: "lora_dash_V", rows: count, columns: module.shape.columns, isTrained: false,
        isChosen: true),
    ]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    let factors = try path.begin(base: base.weight, using: &generator, calibration: calibration)
    let nothing = parameters.dropFirst(LoRADash.sizes).map {
      Matrix(rows: $0.rows, columns: $0.columns)
    }
    return AdapterStart(parameters: factors.parameters + nothing)
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.adapt(effective.weight, frozen: frozen.weight, parameters: parameters)
    workspace.lending([(module.shape.rows, count)]) { lent in
      lent[0].setScalingColumns(of: parameters[LoRADash.left], by: parameters[LoRADash.sizes])
      effective.weight.multiply(lent[0], parameters[LoRADash.right], keeping: 1)
    }
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.addGradients(gradients, output: output.weight, parameters: parameters, trainsInput: true)
    workspace.lending([(module.shape.rows, count)]) { lent in
      lent[0].multiply(output.weight, parameters[LoRADash.right], .transposed)
      gradients[LoRADash.sizes].addColumnDots(lent[0], parameters[LoRADash.left])
    }
  }

  package func dropoutPath<Element>(_ parameters: [MatrixView<Element>]) -> DropoutPath<Element>? {
    DropoutPath(inputFactor: LoRA.input, outputFactor: LoRA.output, scale: Element(path.scale))
  }

  /// - Complexity: At the step of the choice a decomposition of W, else nothing.
  package func choose<Element>(
    _ parameters: [MatrixView<Element>], afterStep step: Int, base: MatrixView<Element>,
    effective: MatrixView<Element>
  ) throws -> Bool {
    guard step == launchStep else { return false }
    let weight = base.matrix
    let triplets = try SingularTriplets(of: weight)
    let chosen = LoRADash.directions(
      of: effective.matrix - weight, on: triplets, count: count)
    for (place, index) in chosen.enumerated() {
      parameters[LoRADash.left].columns(place..<place + 1)
        .set(triplets.left.columnSlice(index..<index + 1))
      parameters[LoRADash.right].rows(place..<place + 1)
        .set(triplets.right.rowSlice(index..<index + 1))
    }
    parameters[LoRADash.sizes].fill(0)
    return true
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = LoRAPath.configuration(options: options, modules: modules)
    configuration.rank = options.rank + options.directionCount
    configuration.alpha = options.scale * Double(configuration.rank)
    return configuration
  }

  package func tensors(of values: [Matrix], initial: [Matrix]) -> [String: Tensor] {
    let sizes = values[LoRADash.sizes].values.map { $0 / path.scale }
    let input = Matrix.stackedRows([values[LoRA.input], values[LoRADash.right]])
    let output = Matrix.stackedColumns([
      values[LoRA.output], values[LoRADash.left].scalingColumns(by: sizes),
    ])
    return [LoRA.inputFactor: Tensor(input), LoRA.outputFactor: Tensor(output)]
  }

  /// Nil: z is in a file only as a factor of B.
  package func restore(_ tensors: [String: Tensor]) throws(AdapterError) -> RestoredParameters? {
    nil
  }
}
