public import LinearAlgebra

/// Full fine-tuning: the weight and the bias are the parameters themselves.
///
/// A file holds them under the names of the base; there is no adapter for PEFT.
public struct TrainableFull: TrainableAdapter {
  public static let key = "full"
  public static let summary = "every weight and bias"
  public static let targets = AdapterTargets.all
  private let module: AdaptedModule

  public init(module: AdaptedModule, options: AdapterOptions) throws(TrainableAdapterError) {
    self.module = module
  }

  public var parameters: [ParameterShape] {
    let (rows, columns) = (module.shape.rows, module.shape.columns)
    let weight = ParameterShape(name: "weight", rows: rows, columns: columns)
    guard module.hasBias else { return [weight] }
    return [weight, ParameterShape(name: "bias", rows: 1, columns: rows, savedShape: [rows])]
  }

  public func start(
    base: BaseModule, using generator: inout SplitMix64, calibration: Calibration?
  ) throws -> AdapterStart {
    let bias = base.bias.map { Matrix(rows: 1, columns: $0.count, values: $0) }
    return AdapterStart(parameters: [base.weight] + (bias.map { [$0] } ?? []))
  }

  public func adapt<Element>(
    _ effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    effective.weight.copy(parameters[0])
    if module.hasBias { effective.bias?.copy(parameters[1]) }
  }

  public func addGradients<Element>(
    _ gradients: [MatrixView<Element>], output: ModuleViews<Element>,
    effective: ModuleViews<Element>, frozen: ModuleViews<Element>,
    parameters: [MatrixView<Element>], workspace: Workspace<Element>
  ) {
    gradients[0].add(output.weight)
    if module.hasBias, let bias = output.bias { gradients[1].add(bias) }
  }

  public static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? { nil }

  public func restore(
    _ tensors: [String: Tensor]
  ) throws(TrainableAdapterError) -> RestoredParameters {
    RestoredParameters(
      parameters: try SavedParameters.matrices(parameters, from: tensors, module: module.name))
  }
}
