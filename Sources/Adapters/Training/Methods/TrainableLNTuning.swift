public import LinearAlgebra

/// LN-tuning: the gain of a norm, and its bias if it has one, are the parameters themselves.
///
/// **Source:** Zhao et al., "Tuning LayerNorm in attention: towards efficient multi-modal LLM
/// finetuning", 2023, arXiv 2312.11420.
public struct TrainableLNTuning: TrainableAdapter {
  public static let key = "ln-tuning"
  public static let summary = "gains and biases of normalisation layers"
  public static let targets = AdapterTargets.norms
  private let module: AdaptedModule

  public init(module: AdaptedModule, options: AdapterOptions) throws(TrainableAdapterError) {
    self.module = module
  }

  public var parameters: [ParameterShape] {
    let names = ["ln_tuning_layers.weight"] + (module.hasBias ? ["ln_tuning_layers.bias"] : [])
    let width = module.shape.columns
    return names.map { ParameterShape(name: $0, rows: 1, columns: width, savedShape: [width]) }
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
  ) -> AdapterConfiguration? { AdapterConfiguration(peftType: "LN_TUNING", modules: modules) }

  public func restore(
    _ tensors: [String: Tensor]
  ) throws(TrainableAdapterError) -> RestoredParameters {
    RestoredParameters(
      parameters: try SavedParameters.matrices(parameters, from: tensors, module: module.name))
  }
}
