package import LinearAlgebra

/// Trained normalisation layers: the gain, and the bias if there is one, are the parameters themselves.
///
/// `ln_tuning_layers.weight` and `ln_tuning_layers.bias` hold values, not differences.
///
/// **Source:** Zhao et al., "Tuning LayerNorm in attention: towards efficient multi-modal LLM
/// finetuning", 2023, arXiv 2312.11420.
package enum LNTuning: AdapterMethod {
  package static let key = "ln-tuning"
  package static let summary = "gains and biases of normalisation layers"
  package static let peftTypes = ["LN_TUNING"]

  static let gain = "ln_tuning_layers.weight"
  static let bias = "ln_tuning_layers.bias"
}

/// A saved LN-tuning. The gain's update is reported as a matrix of one row.
package struct SavedLNTuning: Adapter {
  package typealias Method = LNTuning
  package static let parameterNames = [LNTuning.bias, LNTuning.gain]

  package let resolved: ResolvedModule
  package let biasChange: BiasChange?
  private let gains: [Double]

  package init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    gains = try reader.vector(LNTuning.gain, count: nil)
    biasChange =
      parameters[LNTuning.bias] == nil
      ? nil
      : .replacement(try reader.vector(LNTuning.bias, count: gains.count))
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  package var shape: MatrixShape? { MatrixShape(rows: 1, columns: gains.count) }

  package var needsBase: Bool { true }

  package func workspace(for base: MatrixShape) -> Int { 0 }

  package func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return .dense(Matrix(rows: 1, columns: gains.count, values: gains) - (try base.matrix()))
  }
}

/// Trains gains and biases of norms.
package struct TrainableLNTuning: WholeTensors {
  package typealias Method = LNTuning
  package static let profile = MethodProfile(
    .outside, formula: "gains and biases of norms trained", trained: "n of a norm", cost: "none")
  package static let targets = AdapterTargets.norms
  package let module: AdaptedModule

  package init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    self.module = module
  }

  package var parameters: [ParameterShape] {
    let names = [LNTuning.gain] + (module.hasBias ? [LNTuning.bias] : [])
    let width = module.shape.columns
    return names.map { ParameterShape(name: $0, rows: 1, columns: width, savedShape: [width]) }
  }

  package static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? { AdapterConfiguration(peftType: "LN_TUNING", modules: modules) }
}
