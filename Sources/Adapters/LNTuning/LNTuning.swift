public import LinearAlgebra

/// Trained normalisation layers: the gain, and the bias if there is one, are the parameters themselves.
///
/// `ln_tuning_layers.weight` and `ln_tuning_layers.bias` hold values, not differences.
///
/// **Source:** Zhao et al., "Tuning LayerNorm in attention: towards efficient multi-modal LLM
/// finetuning", 2023, arXiv 2312.11420.
public enum LNTuning: AdapterMethod {
  public static let key = "ln-tuning"
  public static let summary = "gains and biases of normalisation layers"
  public static let peftTypes = ["LN_TUNING"]

  static let gain = "ln_tuning_layers.weight"
  static let bias = "ln_tuning_layers.bias"
}

/// A saved LN-tuning. The gain's update is reported as a matrix of one row.
public struct SavedLNTuning: Adapter {
  public typealias Method = LNTuning
  public static let parameterNames = [LNTuning.bias, LNTuning.gain]

  public let resolved: ResolvedModule
  public let biasChange: BiasChange?
  private let gains: [Double]

  public init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    gains = try reader.vector(LNTuning.gain, count: nil)
    biasChange =
      parameters[LNTuning.bias] == nil
      ? nil
      : .replacement(try reader.vector(LNTuning.bias, count: gains.count))
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: nil, alpha: nil, scale: 1)
  }

  public var shape: MatrixShape? { MatrixShape(rows: 1, columns: gains.count) }

  public var needsBase: Bool { true }

  public func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return .dense(Matrix(rows: 1, columns: gains.count, values: gains) - (try base.matrix()))
  }
}

/// Trains gains and biases of norms.
public struct TrainableLNTuning: WholeTensors {
  public typealias Method = LNTuning
  public static let targets = AdapterTargets.norms
  public let module: AdaptedModule

  public init(module: AdaptedModule, options: AdapterOptions) throws(AdapterError) {
    self.module = module
  }

  public var parameters: [ParameterShape] {
    let names = [LNTuning.gain] + (module.hasBias ? [LNTuning.bias] : [])
    let width = module.shape.columns
    return names.map { ParameterShape(name: $0, rows: 1, columns: width, savedShape: [width]) }
  }

  public static func configuration(
    options: AdapterOptions, modules: [AdaptedModule]
  ) -> AdapterConfiguration? { AdapterConfiguration(peftType: "LN_TUNING", modules: modules) }
}
