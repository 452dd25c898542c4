public import LinearAlgebra

/// Adaptive rank: ΔW = B · diag(E) · A · α/(r₀ + 10⁻⁵), r₀ the rank before pruning.
///
/// | tensor | shape |
/// | --- | --- |
/// | `lora_A` | r × in |
/// | `lora_B` | out × r |
/// | `lora_E` | r × 1 |
///
/// Pruned triplets are missing from the file, and `rank_pattern` says which are left; the divisor
/// stays r₀. All may be pruned, and then nothing changes. An α of 0 or less counts as r₀.
///
/// **Source:** Zhang et al., "AdaLoRA: adaptive budget allocation for parameter-efficient
/// fine-tuning", 2023, arXiv 2303.10512, equation 3; the divisor is PEFT's.
public struct AdaLoRA: Adapter {
  public static let method = "adalora"
  public static let summary = "product in the shape of an SVD, whose rank is pruned in training"
  public static let peftTypes = ["ADALORA"]
  public static let parameterNames = ["lora_A", "lora_B", "lora_E"]

  public let resolved: ResolvedModule
  private let left: Matrix
  private let right: Matrix

  public init(parameters: [String: Tensor], settings: ModuleSettings) throws(AdapterError) {
    let reader = ParameterReader(module: settings.module, tensors: parameters)
    let options = settings.configuration.adaLoRA
    let down = try reader.matrix("lora_A", rows: nil, columns: nil)
    let up = try reader.matrix("lora_B", rows: nil, columns: down.rows)
    let gates = try reader.tensor("lora_E", shape: [down.rows, 1]).values
    if let kept = options.rankPattern?["\(settings.module).lora_E"]?.count(where: { $0 }),
      kept != down.rows
    {
      throw .prunedRank(module: settings.module, kept: kept, found: down.rows)
    }
    let initialRank = Double(options.initialRank)
    let alpha = settings.alpha > 0 ? settings.alpha : initialRank
    let scale = alpha / (initialRank + 1e-5)
    var scaledUp = up
    for row in 0..<up.rows {
      for column in 0..<up.columns { scaledUp[row, column] *= scale * gates[column] }
    }
    let isTransposed = settings.layout == .inByOut
    left = isTransposed ? down.transposed() : scaledUp
    right = isTransposed ? scaledUp.transposed() : down
    resolved = ResolvedModule(
      module: settings.module, method: Self.method, rank: down.rows, alpha: alpha, scale: scale)
  }

  public var shape: MatrixShape? { MatrixShape(rows: left.rows, columns: right.columns) }

  public func weightUpdate(of base: any BaseWeight) throws -> WeightUpdate {
    try checkShape(of: base)
    return .product(left, right)
  }
}
