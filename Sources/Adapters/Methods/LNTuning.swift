public import LinearAlgebra

/// Trained normalisation layers: the gain, and the bias if there is one, are replaced.
///
/// `ln_tuning_layers.weight` holds values, not differences. The gain's update is reported as a
/// matrix of one row.
///
/// **Source:** Zhao et al., "Tuning LayerNorm in attention: towards efficient multi-modal LLM
/// finetuning", 2023, arXiv 2312.11420.
public struct LNTuning: Adapter {
  public static let method = "ln-tuning"
  public static let summary = "gains and biases of normalisation layers"
  public static let peftTypes = ["LN_TUNING"]
  public static let parameterNames = ["ln_tuning_layers.bias", "ln_tuning_layers.weight"]

  public let resolved: ResolvedModule
  public let biasChange: BiasChange?
  private let gains: [Double]

  public init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    gains = try reader.vector("ln_tuning_layers.weight", count: nil)
    biasChange =
      parameters["ln_tuning_layers.bias"] == nil
      ? nil
      : .replacement(try reader.vector("ln_tuning_layers.bias", count: gains.count))
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
