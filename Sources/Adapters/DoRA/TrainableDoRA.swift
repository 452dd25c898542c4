package import LinearAlgebra

/// Trains DoRA: W₊ = (m/c) ∘ V with V = W + s·BA and c the norm of each row of V.
///
/// The backward pass treats c as a constant, as the paper and PEFT do: with gV = (m/c) ∘ gW,
/// gm = Σⱼ gW ∘ V/c, gA = s·Bᵀ·gV, gB = s·gV·Aᵀ. Dropout is not supported.
package struct TrainableDoRA: LoRAFamily {
  package typealias Method = DoRA
  package static let profile = MethodProfile(
    .dynamics, formula: "μ ∘ (W + s·BA) / ‖W + s·BA‖ by rows", trained: "r(m + n) + m",
    cost: "8mnr + O(mn)")
  package let path: LoRAPath

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    path = try LoRAPath(module: module, options: options)
  }

  package var parameters: [ParameterShape] {
    let outputs = path.module.shape.rows
    return path.parameters() + [
      ParameterShape(
        name: DoRA.magnitude, rows: 1, columns: outputs, savedShape: [outputs])
    ]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    let factors = try path.begin(
      base: base.weight, using: &generator, calibration: calibration)
    let (input, output) = (factors.parameters[LoRA.input], factors.parameters[LoRA.output])
    let directions = (factors.frozen ?? base.weight) + path.scale * (output * input)
    let norms = directions.rowNorms()
    if let index = norms.firstIndex(of: 0) {
      throw AdapterError.zeroNormAtStart(module: path.module.name, index: index)
    }
    return AdapterStart(
      parameters: factors.parameters + [Matrix(rows: 1, columns: norms.count, values: norms)],
      frozen: factors.frozen)
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    path.adapt(effective.weight, frozen: frozen.weight, parameters: parameters)
    workspace.lending([(1, effective.weight.rows)]) { lent in
      setRatios(lent[0], directions: effective.weight, magnitudes: parameters[DoRA.magnitudes])
      effective.weight.setScalingRows(of: effective.weight, by: lent[0])
    }
  }

  /// - Complexity: V is computed again, which takes 2·out·in·r operations and as much memory as W.
  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    let (rows, columns) = (frozen.weight.rows, frozen.weight.columns)
    workspace.lending([(rows, columns), (1, rows), (1, rows)]) { lent in
      let (directions, ratios, inverses) = (lent[0], lent[1], lent[2])
      path.adapt(directions, frozen: frozen.weight, parameters: parameters)
      setRatios(ratios, directions: directions, magnitudes: parameters[DoRA.magnitudes])
      inverses.setRowNorms(of: directions)
      for row in 0..<rows { inverses[0, row] = 1 / inverses[0, row] }
      gradients[DoRA.magnitudes].addRowDots(output.weight, directions, scaledBy: inverses)
      // V is not needed any more; its memory is used for gV.
      directions.setScalingRows(of: output.weight, by: ratios)
      path.addGradients(gradients, output: directions, parameters: parameters, trainsInput: true)
    }
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = LoRAPath.configuration(options: options, modules: modules)
    configuration.usesDoRA = true
    return configuration
  }

  /// m/c.
  private func setRatios<Element>(
    _ ratios: MatrixView<Element>, directions: MatrixView<Element>,
    magnitudes: MatrixView<Element>
  ) {
    ratios.setRowNorms(of: directions)
    for row in 0..<ratios.count { ratios[0, row] = magnitudes[0, row] / ratios[0, row] }
  }
}
