package import LinearAlgebra

/// What all methods share that train a module's own tensors: the weight, and the bias if there is one.
package protocol WholeTensors: TrainableAdapter {}

extension WholeTensors {
  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    let bias = base.bias.map { Matrix(rows: 1, columns: $0.count, values: $0) }
    return AdapterStart(parameters: [base.weight] + (bias.map { [$0] } ?? []))
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    effective.weight.copy(parameters[WholeTensor.weight])
    if module.hasBias { effective.bias?.copy(parameters[WholeTensor.bias]) }
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    gradients[WholeTensor.weight].add(output.weight)
    if module.hasBias, let bias = output.bias { gradients[WholeTensor.bias].add(bias) }
  }
}

/// The indices of the weight and the bias among the parameters.
private enum WholeTensor {
  static let weight = 0
  static let bias = 1
}
