public import LinearAlgebra

/// Weight-decomposed adaptation: W₊ = (m/‖V‖) · V with V = W + s·BA.
///
/// m has one value an output feature, ‖V‖ is the norm of that feature's weights: a row of a linear
/// layer or convolution, a column of a weight stored in × out, and for an embedding a column over
/// the whole vocabulary. The update has full rank in general and is dense. A start that is not zero
/// enters V as it enters the update of LoRA.
///
/// **Source:** Liu et al., "DoRA: weight-decomposed low-rank adaptation", 2024, arXiv 2402.09353,
/// equation 5.
public struct DoRA: Adapter {
  public static let method = "dora"
  public static let summary = "LoRA in direction, with a trained magnitude per output feature"
  public static let peftTypes = ["LORA"]
  public static let parameterNames = LoRAFactors.names + ["lora_magnitude_vector"]

  public let resolved: ResolvedModule
  private let factors: LoRAFactors
  private let magnitudes: [Double]
  private let settings: ModuleSettings

  public static func describes(_ parameters: Set<String>, settings: ModuleSettings) -> Bool {
    parameters.contains("lora_magnitude_vector")
  }

  public init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let factors = try LoRAFactors(reader, settings: settings)
    let magnitudes = try reader.tensor("lora_magnitude_vector")
    guard magnitudes.values.count == factors.outputs else {
      throw .parameterShape(
        module: settings.module, parameter: "lora_magnitude_vector", found: magnitudes.shape,
        expected: [factors.outputs])
    }
    self.factors = factors
    self.magnitudes = magnitudes.values
    self.settings = settings
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: factors.rank, alpha: settings.alpha,
      scale: factors.scale)
  }

  public var shape: MatrixShape? { factors.shape }

  public var needsBase: Bool { true }

  public func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    let weight = try base.matrix()
    let update = try factors.update(of: base, settings: settings)
    let directions = try weight + update.dense(base: DenseBaseWeight(weight))
    let norms = factors.hasOutputsInColumns ? directions.columnNorms() : directions.rowNorms()
    if let index = norms.firstIndex(of: 0) {
      throw AdapterError.zeroNorm(module: settings.module, index: index)
    }
    let ratios = zip(magnitudes, norms).map { $0 / $1 }
    var result = directions
    for row in 0..<result.rows {
      for column in 0..<result.columns {
        result[row, column] *= ratios[factors.hasOutputsInColumns ? column : row]
      }
    }
    return .dense(result - weight)
  }

  /// How far the magnitudes are from the norms of the base: max |mᵢ/‖Wᵢ‖ − 1|. Small after little
  /// training of the right base, since training begins at 0.
  public func magnitudeDeviation(of base: any BaseWeight) throws -> Double {
    try checkShape(of: base)
    let weight = try base.matrix()
    let norms = factors.hasOutputsInColumns ? weight.columnNorms() : weight.rowNorms()
    return zip(magnitudes, norms).map { abs($0 / $1 - 1) }.max() ?? 0
  }
}
