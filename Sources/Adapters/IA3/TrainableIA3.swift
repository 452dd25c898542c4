package import LinearAlgebra

/// Trains IA3. In the output module of a feed-forward block, the inputs are scaled instead of the outputs.
///
/// gl = Σⱼ gW ∘ W + gb ∘ b over each row, or Σᵢ gW ∘ W over each column. l starts at one.
package struct TrainableIA3: TrainableAdapter {
  package typealias Method = IA3
  package static let profile = MethodProfile(
    .outside, formula: "diag(l)·W, or W·diag(l)", trained: "m", cost: "3mn")
  package static let targets = AdapterTargets.linear
  package let module: AdaptedModule

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    self.module = module
  }

  package var parameters: [ParameterShape] {
    [
      ParameterShape(
        name: IA3.factor, rows: 1, columns: count,
        savedShape: module.isFeedForwardOutput ? [1, count] : [count, 1])
    ]
  }

  package func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    AdapterStart(parameters: [Matrix(rows: 1, columns: count, repeating: 1)])
  }

  package func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    if module.isFeedForwardOutput {
      effective.weight.setScalingColumns(of: frozen.weight, by: parameters[0])
      return
    }
    effective.weight.setScalingRows(of: frozen.weight, by: parameters[0])
    if let bias = frozen.bias { effective.bias?.setScalingColumns(of: bias, by: parameters[0]) }
  }

  package func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    if module.isFeedForwardOutput {
      gradients[0].addColumnDots(output.weight, frozen.weight)
      return
    }
    gradients[0].addRowDots(output.weight, frozen.weight)
    if let bias = frozen.bias, let gradient = output.bias {
      gradients[0].addColumnDots(gradient, bias)
    }
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? {
    var configuration = AdapterConfiguration(peftType: "IA3", modules: modules)
    configuration.ia3.feedforwardModules = .names(
      modules.filter(\.isFeedForwardOutput).map(\.name))
    return configuration
  }

  private var count: Int { module.isFeedForwardOutput ? module.shape.columns : module.shape.rows }
}
